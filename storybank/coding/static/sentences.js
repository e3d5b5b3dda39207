// The page of sentences works without this; here codes can be found by typing.
import { setUpPicker } from "./picker.js";

setUpPicker(document.getElementById("by-sentence"));
