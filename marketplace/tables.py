"""Every table of the marketplace, so that the metadata is whole."""

from marketplace.accounts import models as accounts
from marketplace.administration import models as administration
from marketplace.announcements import models as announcements
from marketplace.attribution import models as attribution
from marketplace.audit import models as audit
from marketplace.benefits import models as benefits
from marketplace.bulletin import models as bulletin
from marketplace.campaigns import models as campaigns
from marketplace.capacity import models as capacity
from marketplace.catalogue import models as catalogue
from marketplace.certification import models as certification
from marketplace.cockpit import models as cockpit
from marketplace.commission import models as commission
from marketplace.contractors import models as contractors
from marketplace.contracts import models as contracts
from marketplace.core.db import Base
from marketplace.core.edition import Topic
from marketplace.documents import models as documents
from marketplace.entering import models as entering
from marketplace.filings import models as filings
from marketplace.geography import models as geography
from marketplace.hosts import models as hosts
from marketplace.ledger import models as ledger
from marketplace.listing import models as listing
from marketplace.livestream import models as livestream
from marketplace.notices import models as notices
from marketplace.offline import models as offline
from marketplace.ordering import models as ordering
from marketplace.outbox import models as outbox
from marketplace.outlets import models as outlets
from marketplace.oversight import models as oversight
from marketplace.pairings import models as pairings
from marketplace.payments import models as payments
from marketplace.privacy import models as privacy
from marketplace.producers import models as producers
from marketplace.quota import models as quota
from marketplace.reviews import models as reviews
from marketplace.search import models as search
from marketplace.texts import models as texts
from marketplace.trading import models as trading
from marketplace.units import models as units
from marketplace.uploads import models as uploads

metadata = Base.metadata

# Entries that nobody edits or deletes: the database itself refuses it, by trigger.
APPEND_ONLY = (
    audit.AuditEntry.__tablename__,
    audit.AuditLink.__tablename__,
    audit.AuditVerdict.__tablename__,
    administration.CountySetting.__tablename__,
    ledger.LedgerEntry.__tablename__,
    ledger.Posting.__tablename__,
    quota.QuotaEntry.__tablename__,
    attribution.AttributionEntry.__tablename__,
    ordering.OrderEvent.__tablename__,
    ordering.AfterSaleStep.__tablename__,
    filings.FilingStep.__tablename__,
    entering.EntryStep.__tablename__,
    offline.OfflineStep.__tablename__,
    benefits.BenefitEntry.__tablename__,
    reviews.ReviewWord.__tablename__,
    reviews.ReviewStep.__tablename__,
    payments.BankMatch.__tablename__,
    payments.SettlementLine.__tablename__,
    payments.CommissionSettlementLine.__tablename__,
    catalogue.StockMovement.__tablename__,
    catalogue.PriceEntry.__tablename__,
    listing.ListingStep.__tablename__,
    catalogue.OutletEntry.__tablename__,
    outlets.OutletSale.__tablename__,
    outlets.OutletCost.__tablename__,
    certification.ApplicationStep.__tablename__,
    bulletin.BulletinIssue.__tablename__,
    bulletin.BulletinStep.__tablename__,
    contracts.ContractEntry.__tablename__,
    contracts.ContractStep.__tablename__,
    contracts.InquiryStep.__tablename__,
    contracts.Quotation.__tablename__,
    contracts.QuotationLine.__tablename__,
    hosts.HostStep.__tablename__,
    livestream.LivestreamRule.__tablename__,
    livestream.SessionEntry.__tablename__,
    commission.CommissionClaim.__tablename__,
    commission.CommissionEntry.__tablename__,
    commission.DisputeStep.__tablename__,
    cockpit.BooksVerdict.__tablename__,
    cockpit.MatchNotice.__tablename__,
    oversight.SignalRule.__tablename__,
    oversight.SignalStep.__tablename__,
    texts.LegalText.__tablename__,
)

# Those among them whose rows the trail seals as they grow. The trail has its own chains; lines of
# settlements and quotations have no number of their own and are proved by what they belong to.
SEALED_BOOKS = {
    name: metadata.tables[name]
    for name in APPEND_ONLY
    if "id" in metadata.tables[name].c and name != audit.AuditEntry.__tablename__
}

# What pages for everyone show. A write to any of them makes those pages be drawn anew.
ON_PUBLIC_PAGES = (
    accounts.Person.__tablename__,
    announcements.Announcement.__tablename__,
    attribution.AttributionEntry.__tablename__,
    attribution.AttributionTotal.__tablename__,
    benefits.BenefitEntry.__tablename__,
    benefits.BenefitHousehold.__tablename__,
    catalogue.Batch.__tablename__,
    catalogue.BatchOrigin.__tablename__,
    catalogue.BatchReport.__tablename__,
    catalogue.Category.__tablename__,
    catalogue.Certification.__tablename__,
    catalogue.PriceTier.__tablename__,
    catalogue.Product.__tablename__,
    catalogue.Variant.__tablename__,
    certification.ApplicationProduct.__tablename__,
    certification.CertificationApplication.__tablename__,
    geography.PoorVillageListing.__tablename__,
    geography.Township.__tablename__,
    geography.Village.__tablename__,
    hosts.Host.__tablename__,
    listing.ProductPhoto.__tablename__,
    pairings.Pairing.__tablename__,
    # A limit per person stands on a product's page while a session is live. Sessions begin and
    # end a few times a day; each sale draws these pages anew in any case.
    livestream.LiveSession.__tablename__,
    livestream.SessionOffer.__tablename__,
    producers.Producer.__tablename__,
    producers.Workshop.__tablename__,
    reviews.Review.__tablename__,
    reviews.ReviewPhoto.__tablename__,
    reviews.ReviewTotal.__tablename__,
    reviews.ReviewWord.__tablename__,
    texts.LegalText.__tablename__,
    units.BudgetUnit.__tablename__,
    units.OperationsCentre.__tablename__,
)

# Whose changes make what pages keep be looked up anew. A table that none of them names may not be
# read for anything kept.
TOPICS = {
    Topic.SHOWN: ON_PUBLIC_PAGES,
    Topic.PEOPLE: (
        accounts.Person.__tablename__,
        accounts.Membership.__tablename__,
        # What somebody may see as an official depends on which centres there are.
        units.OperationsCentre.__tablename__,
    ),
    Topic.ANNOUNCED: (announcements.Announcement.__tablename__,),
    Topic.NOTICES: (notices.Notice.__tablename__,),
    Topic.BASKETS: (ordering.BasketLine.__tablename__,),
    Topic.ORDERS: (
        ordering.ApprovalSubstitute.__tablename__,
        ordering.Order.__tablename__,
        ordering.OrderLine.__tablename__,
        ordering.Purchase.__tablename__,
        ordering.PurchaseStep.__tablename__,
        producers.Producer.__tablename__,
    ),
    Topic.COCKPIT: (
        audit.AuditVerdict.__tablename__,
        cockpit.BooksVerdict.__tablename__,
        cockpit.Snapshot.__tablename__,
        cockpit.SuggestedMatch.__tablename__,
    ),
    Topic.QUOTA: (
        filings.QuotaFiling.__tablename__,
        offline.OfflinePurchase.__tablename__,
        outlets.OutletReceipt.__tablename__,
        quota.QuotaEntry.__tablename__,
        quota.QuotaRule.__tablename__,
        quota.QuotaTotal.__tablename__,
        units.BudgetUnit.__tablename__,
        units.HeadcountRevision.__tablename__,
        units.UnitPlacement.__tablename__,
        units.UnitSuccession.__tablename__,
    ),
}

__all__ = [
    "APPEND_ONLY",
    "ON_PUBLIC_PAGES",
    "SEALED_BOOKS",
    "TOPICS",
    "accounts",
    "administration",
    "announcements",
    "attribution",
    "audit",
    "benefits",
    "bulletin",
    "campaigns",
    "capacity",
    "catalogue",
    "certification",
    "cockpit",
    "commission",
    "contractors",
    "contracts",
    "documents",
    "entering",
    "filings",
    "geography",
    "hosts",
    "ledger",
    "listing",
    "livestream",
    "metadata",
    "notices",
    "offline",
    "ordering",
    "outbox",
    "outlets",
    "oversight",
    "pairings",
    "payments",
    "privacy",
    "producers",
    "quota",
    "reviews",
    "search",
    "texts",
    "trading",
    "units",
    "uploads",
]
