"""What the search room keeps in the database, one module per concept."""

from search.models.alerts import AnnouncedCase, SavedSearch
from search.models.attachments import AttachmentText
from search.models.best_bets import BestBet, BestBetKey
from search.models.events import SearchCount
from search.models.jobs import IndexJob
from search.models.pending import IndexState, PendingPage
from search.models.synonyms import LoadedSynonym, SynonymRule
from search.models.vectors import CaseVector

__all__ = [
    "AnnouncedCase",
    "AttachmentText",
    "BestBet",
    "BestBetKey",
    "CaseVector",
    "IndexJob",
    "IndexState",
    "LoadedSynonym",
    "PendingPage",
    "SavedSearch",
    "SearchCount",
    "SynonymRule",
]
