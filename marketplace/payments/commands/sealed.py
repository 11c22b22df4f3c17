"""What of accounts stands sealed, for when the key changes."""

from marketplace.core.resealing import Marked, Sealed
from marketplace.payments.models import BankAccount, BankLine, Payout
from marketplace.payments.rules.accounts import words_to_mark

ACCOUNTS = Sealed(
    BankAccount.id,
    (BankAccount.number_sealed,),
    marks=(Marked(BankAccount.number_sealed, BankAccount.number_mark, words_to_mark),),
)
BANK_LINES = Sealed(
    BankLine.id,
    (BankLine.other_number_sealed,),
    marks=(Marked(BankLine.other_number_sealed, BankLine.other_number_mark, words_to_mark),),
)
PAYOUTS = Sealed(Payout.id, (Payout.account_number_sealed,))
