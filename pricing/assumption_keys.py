"""The keys of the assumptions file: unit, allowed range and meaning, section by section."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

_SHARE_TOLERANCE = 1e-9


def _key(meaning: str, unit: str = "", low: float | None = None, high: float | None = None, **more: Any) -> Any:
    rule = {"unit": unit, "low": low, "high": high, "meaning": meaning, **more}
    return field(metadata=rule)


@dataclass(frozen=True)
class Closing:
    """What buying costs and when the buyer takes over."""

    months_to_close: float = _key("from as_of_date to closing, month 0 of every cash flow", "months", 0, 12)
    boarding_months: int = _key("months after closing in which no borrower cash comes", "months", 0, 6)
    fixed_acquisition_per_note: float = _key(
        "due diligence, recording, boarding; a note, whatever its price", "US dollars", 0, 100000
    )
    acquisition_share_of_price: float = _key("buying costs that rise with the price", "fraction of price", 0, 0.5)
    collections_before_closing_to_buyer: bool = _key(
        "whether what the borrower pays between as_of_date and closing is the buyer's"
    )


@dataclass(frozen=True)
class Claim:
    """What the borrower owes and what a court lets the holder collect."""

    late_charge_collect_share: float = _key("share of billed late charges in the claim", "fraction", 0, 1)
    max_accrual_months: float = _key(
        "most months of unpaid interest counted where the tape does not state the accrued interest", "months", 0, 600
    )
    advance_recovery_share: float = _key("share of the buyer's own advances that joins the claim", "fraction", 0, 1)
    limitation_months: float = _key("limitation period of states that are not overridden", "months", 1, 600)
    time_barred_share: float = _key(
        "share of foreclosure proceeds counted where the limitation period has run", "fraction", 0, 1
    )


@dataclass(frozen=True)
class Costs:
    """What holding a note and its property costs."""

    servicing_performing_per_year: float = _key("servicing of a note that pays", "US dollars a year", 0, 100000)
    servicing_non_performing_per_year: float = _key(
        "servicing in every month that is not performing", "US dollars a year", 0, 100000
    )
    inflation_per_year: float = _key(
        "growth of servicing, tax, insurance, preservation and maintenance", "fraction a year", 0, 0.2
    )
    force_placed_multiplier: float = _key(
        "insurance bought by the servicer over the premium known or filled", "ratio", 0, 10
    )
    preservation_per_month: float = _key("inspections and securing before the sale", "US dollars a month", 0, 10000)
    delinquent_tax_max_months: float = _key(
        "most months of unpaid property tax assumed where the tape says nothing", "months", 0, 240
    )


@dataclass(frozen=True)
class OccupancyHaircut:
    """Share of value lost by who lives there."""

    owner: float = _key("haircut, owner property", "fraction", 0, 0.95)
    tenant: float = _key("haircut, tenant property", "fraction", 0, 0.95)
    vacant: float = _key("haircut, vacant property", "fraction", 0, 0.95)


@dataclass(frozen=True)
class ValuationHaircut:
    """Share of value taken off by how it was found."""

    appraisal: float = _key("haircut on a value of type appraisal", "fraction", 0, 0.95)
    bpo_interior: float = _key("haircut on a value of type bpo_interior", "fraction", 0, 0.95)
    bpo_exterior: float = _key("haircut on a value of type bpo_exterior", "fraction", 0, 0.95)
    avm: float = _key("haircut on a value of type avm", "fraction", 0, 0.95)
    tax: float = _key("haircut on a value of type tax", "fraction", 0, 0.95)
    seller: float = _key("haircut on a value of type seller", "fraction", 0, 0.95)
    original: float = _key("haircut on a value of type original", "fraction", 0, 0.95)
    unknown: float = _key("haircut on a value of type unknown", "fraction", 0, 0.95)


@dataclass(frozen=True)
class ValuationSigma:
    """Standard deviation of the log of value by how it was found."""

    appraisal: float = _key("uncertainty of a value of type appraisal", "log points", 0, 2)
    bpo_interior: float = _key("uncertainty of a value of type bpo_interior", "log points", 0, 2)
    bpo_exterior: float = _key("uncertainty of a value of type bpo_exterior", "log points", 0, 2)
    avm: float = _key("uncertainty of a value of type avm", "log points", 0, 2)
    tax: float = _key("uncertainty of a value of type tax", "log points", 0, 2)
    seller: float = _key("uncertainty of a value of type seller", "log points", 0, 2)
    original: float = _key("uncertainty of a value of type original", "log points", 0, 2)
    unknown: float = _key("uncertainty of a value of type unknown", "log points", 0, 2)


@dataclass(frozen=True)
class Collateral:
    """What the property is worth when it is sold."""

    occupancy_haircut: OccupancyHaircut
    valuation_haircut: ValuationHaircut
    sigma: ValuationSigma
    growth_per_year: float = _key("growth of value from closing on", "fraction a year", -0.3, 0.3)
    age_haircut_per_year: float = _key("haircut by age of the valuation", "fraction a year", 0, 0.5)
    age_haircut_cap: float = _key("most of it", "fraction", 0, 0.95)
    unpaid_haircut_per_year: float = _key(
        "haircut by years without a payment beyond the first: the house decays", "fraction a year", 0, 0.5
    )
    unpaid_haircut_cap: float = _key("most of it", "fraction", 0, 0.95)
    out_of_domain_haircut: float = _key(
        "haircut on land, commercial, mixed-use, other and over four units", "fraction", 0, 0.95
    )
    vacancy_share_at_12: float = _key(
        "that a property of unknown occupancy is vacant after 12 months without a payment", "probability", 0, 1
    )
    vacancy_share_per_year: float = _key("added to it a further year", "probability a year", 0, 1)
    vacancy_share_cap: float = _key("most of it", "probability", 0, 1)
    sigma_per_root_year: float = _key("uncertainty added by the valuation's age, by root of years", "log points", 0, 1)
    unstated_valuation_age_months: float = _key("age of a valuation without a date", "months", 0, 240)


@dataclass(frozen=True)
class Redefault:
    """When those who fall back fall back."""

    months: tuple[int, ...] = _key("three points after closing, ascending", "months", 1, 240, n_values=3, whole=True)
    shares: tuple[float, ...] = _key(
        "share of the redefaults at each point, sum 1", "fraction", 0, 1, n_values=3, whole=False
    )

    def broken_rule(self) -> str | None:
        """Say which rule between keys is broken, if any."""
        if not self.months[0] < self.months[1] < self.months[2]:
            return f"months = {list(self.months)}: must ascend"
        if not _sum_to_one(*self.shares):
            return f"shares = {list(self.shares)}: must sum to 1"
        return None


@dataclass(frozen=True)
class Reperform:
    """The note performs with no change of terms."""

    payoff_share: float = _key("paid in full rather than kept paying", "fraction", 0, 1)
    payoff_months: int = _key("from closing to the payoff", "months", 1, 240)
    collection_rate: float = _key("share of instalments that comes in", "fraction", 0, 1)
    arrears_cure_share: float = _key("share of the arrears that is collected", "fraction", 0, 1)
    arrears_cure_months: int = _key("months over which the arrears are cured", "months", 1, 120)
    arrears_cure_max_instalments: float = _key(
        "most arrears that a borrower cures, also under a plan", "instalments", 0, 600
    )
    exit_months: int = _key("from closing to the sale of a note that still pays", "months", 1, 480)
    resale_share: float = _key("most that a buyer of the then performing note pays", "fraction of principal", 0, 1.5)
    resale_yield: float = _key("yield at which that buyer values the remaining instalments", "fraction a year", 0, 0.6)
    redefault_share_current: float = _key("of notes current at as_of_date that later default", "fraction", 0, 1)
    redefault_share_delinquent: float = _key(
        "of notes behind at as_of_date that cure and later default", "fraction", 0, 1
    )
    unstated_term_months: int = _key(
        "instalments left where neither maturity nor instalment says it", "months", 12, 480
    )


@dataclass(frozen=True)
class LossMitigation:
    """The note performs again after a workout."""

    modification_share: float = _key("modification rather than forbearance or repayment plan", "fraction", 0, 1)
    forgiven_share: float = _key("of the capitalised debt that is forgiven", "fraction", 0, 1)
    forborne_share: float = _key("of the capitalised debt that becomes a balloon without interest", "fraction", 0, 1)
    rate_cap: float = _key("highest rate after a modification", "fraction a year", 0, 0.6)
    term_months: int = _key("instalments after a modification", "months", 12, 600)
    trial_months: int = _key("trial payments, serviced as non-performing", "months", 0, 24)
    max_payment_share: float = _key(
        "most of today's instalment that the modified one may be; principal above it is forborne", "fraction", 0.01, 10
    )
    set_up_cost: float = _key("cost of setting a workout up", "US dollars", 0, 100000)
    redefault_share_modification: float = _key("of modified notes that later default", "fraction", 0, 1)
    redefault_share_plan: float = _key("of notes on a plan that later default", "fraction", 0, 1)
    forbearance_months: int = _key("months without payment before a plan begins", "months", 0, 36)
    plan_months: int = _key("months over which a plan collects the arrears", "months", 1, 120)

    def broken_rule(self) -> str | None:
        """Say which rule between keys is broken, if any."""
        if self.forgiven_share + self.forborne_share >= 1:
            return "forgiven_share and forborne_share must sum to less than 1"
        return None


@dataclass(frozen=True)
class DeedInLieu:
    """The borrower gives the property up by agreement."""

    deed_share: float = _key("deed to the holder", "fraction", 0, 1)
    short_sale_share: float = _key("sale by the owner under the debt", "fraction", 0, 1)
    discounted_payoff_share: float = _key("settlement under the debt", "fraction", 0, 1)
    deed_months: int = _key("from closing to the deed", "months", 1, 120)
    short_sale_months: int = _key("from closing to the short sale", "months", 1, 120)
    discounted_payoff_months: int = _key("from closing to the settlement", "months", 1, 120)
    legal_cost: float = _key("attorney and title", "US dollars", 0, 100000)
    cash_for_keys: float = _key("relocation paid at a deed", "US dollars", 0, 100000)
    deed_haircut: float = _key("below as-is value at the resale after a deed", "fraction", 0, 0.95)
    short_sale_haircut: float = _key("below as-is value at a short sale", "fraction", 0, 0.95)
    settlement_share: float = _key("of the lower of value and claim that a settlement brings", "fraction", 0, 1)
    equity_to_buyer_share: float = _key("of value above the claim that the holder keeps after a deed", "fraction", 0, 1)
    junior_release_cost: float = _key("most paid to junior liens, which survive a deed", "US dollars", 0, 100000)

    def broken_rule(self) -> str | None:
        """Say which rule between keys is broken, if any."""
        if not _sum_to_one(self.deed_share, self.short_sale_share, self.discounted_payoff_share):
            return "deed_share, short_sale_share and discounted_payoff_share must sum to 1"
        return None


@dataclass(frozen=True)
class BankruptcyDelay:
    """Months that a bankruptcy adds before the sale."""

    chapter_7: float = _key("delay by chapter 7", "months", 0, 120)
    chapter_11: float = _key("delay by chapter 11", "months", 0, 120)
    chapter_12: float = _key("delay by chapter 12", "months", 0, 120)
    chapter_13: float = _key("delay by chapter 13", "months", 0, 120)


@dataclass(frozen=True)
class Foreclosure:
    """The forced sale."""

    bankruptcy_delay_months: BankruptcyDelay
    pre_referral_months: float = _key("from day 120 to the referral to an attorney or trustee", "months", 0, 60)
    timeline_multiplier: float = _key("of the state table's allowance for uncontested cases", "ratio", 0.1, 10)
    min_remaining_months: float = _key("least time to the sale", "months", 1, 120)
    referral_credit_share: float = _key("of the months since referral that count as progress", "fraction", 0, 1)
    attorney_fee_multiplier: float = _key("of the state table's fee", "ratio", 0, 20)
    other_legal_cost_judicial: float = _key(
        "filing, title, service, publication and sale where a court forecloses", "US dollars", 0, 200000
    )
    other_legal_cost_non_judicial: float = _key("the same where a trustee forecloses", "US dollars", 0, 200000)
    third_party_haircut: float = _key("below as-is value at the auction", "fraction", 0, 0.95)
    third_party_share_at_par: float = _key(
        "that a third party buys where the auction value equals the claim", "probability", 0, 1
    )
    third_party_slope: float = _key("added a 100 % of auction value over the claim", "probability", 0, 10)
    third_party_min: float = _key("least of it", "probability", 0, 1)
    third_party_max: float = _key("most of it", "probability", 0, 1)
    reo_haircut: float = _key("below as-is value at the resale of REO", "fraction", 0, 0.95)
    document_defect_delay_months: float = _key("delay by a lost note or a broken assignment chain", "months", 0, 120)
    document_defect_cost: float = _key("cost of curing it", "US dollars", 0, 200000)
    unsourced_redemption_months: float = _key(
        "redemption after the sale in states without a sourced figure", "months", 0, 60
    )
    eviction_months: int = _key("from the end of redemption to possession, occupied property", "months", 0, 60)
    eviction_cost: float = _key("eviction or cash for keys", "US dollars", 0, 100000)
    walk_away_cost: float = _key(
        "most that a holder loses beyond the price by giving the lien up", "US dollars", 0, 1000000
    )

    def broken_rule(self) -> str | None:
        """Say which rule between keys is broken, if any."""
        if self.third_party_min > self.third_party_max:
            return "third_party_min must not exceed third_party_max"
        return None


@dataclass(frozen=True)
class Reo:
    """Property taken back."""

    months: int = _key("from possession to the resale", "months", 1, 120)
    maintenance_per_month: float = _key("utilities, lawn, winterising", "US dollars a month", 0, 10000)
    selling_cost_share: float = _key("commission and closing costs", "fraction of price", 0, 0.5)


@dataclass(frozen=True)
class SecondLien:
    """The lien ahead of a second."""

    senior_rate: float = _key("for implying a senior payment that is not stated", "fraction a year", 0, 0.6)
    senior_term_months: int = _key("for the same", "months", 12, 480)
    senior_arrears_months: int = _key("senior payments to cure where the senior is delinquent", "months", 0, 240)


@dataclass(frozen=True)
class Hurdle:
    """One outcome's required return: clip(base + slope × F, floor, cap)."""

    base: float = _key("required annual effective yield at F = 0", "fraction a year", -0.5, 5)
    slope: float = _key(
        "added as the probability F of this or a worse outcome goes from 0 to 1", "fraction a year", 0, 5
    )
    floor: float = _key("least required yield", "fraction a year", -0.5, 5)
    cap: float = _key("most required yield", "fraction a year", -0.5, 5)
    min_roi: float = _key("least undiscounted profit over capital; -0.99 is none", "fraction", -0.99, 10)

    def broken_rule(self) -> str | None:
        """Say which rule between keys is broken, if any."""
        if self.floor > self.cap:
            return "floor must not exceed cap"
        return None


@dataclass(frozen=True)
class Hurdles:
    """What each outcome must pay."""

    reperform: Hurdle
    loss_mitigation: Hurdle
    deed_in_lieu: Hurdle
    foreclosure: Hurdle
    mode: str = _key("price by yield and ROI, or by ROI alone", choices=("yield", "flat_roi"))


@dataclass(frozen=True)
class Bid:
    """From four prices to a bid."""

    expected_weight: float = _key("weight of the expected price against a lower floor price", "fraction", 0, 1)
    shortfall_share: float = _key(
        "expected shortfall below the four prices that the floor price tolerates", "fraction", 0, 1
    )
    cap_share_of_upb: float = _key("most bid", "fraction of UPB", 0, 10)
    cap_share_of_value: float = _key("most bid, of value less senior liens", "fraction of value", 0, 10)
    cap_share_of_legal_balance: float = _key("most bid", "fraction of legal balance", 0, 10)
    margin: float = _key("taken off the maximum bid", "fraction", 0, 0.95)
    opening_offset: float = _key("taken off the bid to open with", "fraction", 0, 0.95)
    min_bid: float = _key("a bid at or under it is not made", "US dollars", 0, 1000000)
    review_loss_probability: float = _key("a bid more likely than this to lose money goes to review", "fraction", 0, 1)


def _sum_to_one(*shares: float) -> bool:
    """Tell whether the shares of all branches are there."""
    return abs(math.fsum(shares) - 1) <= _SHARE_TOLERANCE
