"""Verbs of papers: ask for one, keep what was printed, pack a package."""

from marketplace.documents.commands.ask import PRINT_JOB, PaperWish, ask_for_paper
from marketplace.documents.commands.keep import PACK_JOB, keep_print, pack

__all__ = ["PACK_JOB", "PRINT_JOB", "PaperWish", "ask_for_paper", "keep_print", "pack"]
