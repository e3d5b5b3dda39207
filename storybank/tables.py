"""Imports every model, so that the metadata is whole for migrations and for the house tests."""

from storybank.backups import models as backups
from storybank.codebook import models as codebook
from storybank.coding import check_models as checks
from storybank.coding import models as coding
from storybank.consent import models as consent
from storybank.db import Base
from storybank.jobs import models as jobs
from storybank.mail import models as mail
from storybank.people import identity_models as identity
from storybank.people import models as people
from storybank.people import way_models as ways
from storybank.portal import models as portal
from storybank.rights import models as rights
from storybank.stories import models as stories
from storybank.stories import words
from storybank.suggest import models as suggest
from storybank.workshops import models as workshops

metadata = Base.metadata

__all__ = [
    "backups", "checks", "codebook", "coding", "consent", "identity", "jobs", "mail", "metadata",
    "people", "portal", "rights", "stories", "suggest", "ways", "words", "workshops",
]  # fmt: skip
