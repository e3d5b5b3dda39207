"""Imports every model, so that the metadata is whole for migrations and for the house tests."""

from storybank.agreement import models as agreement
from storybank.analysis import models as analysis
from storybank.backups import models as backups
from storybank.codebook import models as codebook
from storybank.coding import check_models as checks
from storybank.coding import models as coding
from storybank.coding import recoding_models as recodings
from storybank.coding import round_models as rounds
from storybank.coding import setting_models as desks
from storybank.consent import models as consent
from storybank.db import Base
from storybank.details import models as details
from storybank.exchange import models as exchange
from storybank.jobs import models as jobs
from storybank.mail import models as mail
from storybank.meetings import models as meetings
from storybank.memos import models as memos
from storybank.nodes import models as nodes
from storybank.paper import models as paper
from storybank.people import identity_models as identity
from storybank.people import models as people
from storybank.people import way_models as ways
from storybank.portal import models as portal
from storybank.receiving import models as receiving
from storybank.rights import models as rights
from storybank.search import change_models as search_changes
from storybank.search import models as search
from storybank.stories import file_models as files
from storybank.stories import models as stories
from storybank.stories import words
from storybank.suggest import help_models as helped
from storybank.suggest import learned_models as learned
from storybank.suggest import models as suggest
from storybank.suggest import sample_models as samples
from storybank.synthesis import models as synthesis
from storybank.undoing import models as undoing
from storybank.workshops import models as workshops

metadata = Base.metadata

__all__ = [
    "agreement", "analysis", "backups", "checks", "codebook", "coding", "consent", "desks",
    "details", "exchange", "files", "helped", "identity", "jobs", "learned", "mail", "meetings",
    "memos", "metadata", "nodes", "paper", "people", "portal", "receiving", "recodings", "rights",
    "rounds", "samples", "search", "search_changes", "stories", "suggest", "synthesis", "undoing",
    "ways", "words",
    "workshops",
]  # fmt: skip
