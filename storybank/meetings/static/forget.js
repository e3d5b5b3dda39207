/* Nobody sits at this phone: what was begun in a workshop is forgotten on it. */

try {
  for (const key of Object.keys(localStorage)) if (key.startsWith("storybank-seat:")) localStorage.removeItem(key);
} catch { /* Nothing is kept where nothing can be. */ }
