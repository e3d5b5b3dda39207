"""The shell every page stands in: layout, security headers, forms, error pages, assets.

It knows nothing of stories, people or consent. The rooms above it use these names:

- `session()`: the database session of this request; the shell commits or rolls back.
- `render(template, **context)`: a page as text.
- `say(sentence, ...)`: a sentence for the top of the next page, with an undo button if wanted.
- `number`: the number of a row, as a form sent it.
- `open_page`: marks a view that shows no story words and is open to anyone.
- `init_shell(app, config, sessions)`: wires all of it into an application.
"""

from flask import render_template as render

from storybank.markup import markdown_to_html
from storybank.web.access import open_page
from storybank.web.forms import number
from storybank.web.messages import say
from storybank.web.session import session
from storybank.web.shell import init_shell

__all__ = ["init_shell", "markdown_to_html", "number", "open_page", "render", "say", "session"]
