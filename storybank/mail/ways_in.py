"""Letters that let somebody in: what they say, and the token each carries.

The token is made here, by the job that keeps the promise, and stands in one place: the body of the
letter, which lies sealed in the outbox and is taken out of it when the letter has gone. The
database knows the token by its hash.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from storybank.mail import service as mail
from storybank.people import invitations, links
from storybank.people.way_models import Invitation

LINK_SUBJECT = "Your link to Storybank"
LINK = """\
You asked for a link to sign in to Storybank. Here it is:

{link}

Press the link. Then press the button on the page that opens.
It works once, and for 20 minutes.

Did you not ask for this? You can throw this e-mail away. Nobody can come in without it.
"""

ADDRESS_SUBJECT = "Is this your e-mail?"
ADDRESS = """\
Somebody told Storybank that this is their e-mail address. Was it you?

If yes, open this link on the phone or computer where you are signed in:

{link}

It works once, and for 20 minutes.

If it was not you, you can throw this e-mail away. Nothing happens.
"""

INVITATION_SUBJECT = "Come and see your story"
INVITATION = """\
You told us a story. You can now see it in Storybank, and choose what we do with it.

Press this link to come in:

{link}

Then press the button on the page that opens. There is nothing to remember.
It works once, until {until}. Keep it for yourself: who has it can see your story.

Is it too late, or does it not work? Ask the person you told your story to for a new one.
"""


def send_links(session: Session, jobs: list[dict[str, Any]]) -> None:
    """Write the letters that were asked for on the sign-in page; to unknown addresses, none."""
    for job in jobs:
        token = links.new(session, job["account_id"], job["back"])
        if token is not None:
            mail.send(
                session, account_id=job["account_id"], subject=LINK_SUBJECT,
                body=LINK.format(link=mail.link(f"/sign-in/link/{token}")), about="sign-in link",
            )  # fmt: skip


def send_address_checks(session: Session, jobs: list[dict[str, Any]]) -> None:
    """Write to addresses that people say are theirs."""
    for job in jobs:
        made = links.new_for_address(session, job["account_id"], job["sealed"])
        if made is not None:
            token, to = made
            mail.send(
                session, account_id=job["account_id"], to=to, subject=ADDRESS_SUBJECT,
                body=ADDRESS.format(link=mail.link(f"/me/address/{token}")), about="address check",
            )  # fmt: skip


def send_invitations(session: Session, jobs: list[dict[str, Any]]) -> None:
    """Write the invitations that still stand."""
    for job in jobs:
        invitation = session.get(Invitation, job["invitation_id"])
        token = invitations.letter_token(session, job["invitation_id"])
        if invitation is None or token is None:
            continue
        body = INVITATION.format(
            link=mail.link(f"/come-in/{token}"), until=f"{invitation.expires_at:%-d %B %Y}"
        )
        mail.send(
            session, person_id=invitation.person_id,
            # By e-mail, also where other letters go another way: a link is no use on paper.
            to=invitations.address_of(session, invitation.person_id),
            subject=INVITATION_SUBJECT, body=body, about=f"invitation:{invitation.id}",
        )  # fmt: skip
