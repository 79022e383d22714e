"""Every feature, in the order of the output columns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from features import borrower, collateral, equity, legal, payment, terms
from features.known import Column, Known


class Group(StrEnum):
    """The groups of features, in a note buyer's words."""

    PAYMENT = "payment behaviour"
    EQUITY = "equity"
    COLLATERAL = "occupancy and collateral"
    LEGAL = "legal stage"
    BORROWER = "borrower and terms"


@dataclass(frozen=True)
class Feature:
    """One column of the feature frame.

    Parameters
    ----------
    group
        What it tells about, in a note buyer's words.
    function
        Computes it; the function's name is the column's name and its docstring the definition.
    unit
        ``months``, ``count``, ``share``, ``flag`` (1 or 0), ``US dollars``, ``annual fraction``, ``ordinal``, ``points``,
        ``ratio``.
    """

    group: Group
    function: Callable[[Known], Column]
    unit: str

    @property
    def name(self) -> str:
        """The column's name."""
        return self.function.__name__

    @property
    def meaning(self) -> str:
        """The first line of the function's docstring: what the value is, for an explanation beside a figure."""
        return (self.function.__doc__ or "").strip().partition("\n")[0]

    @property
    def definition(self) -> str:
        """The whole docstring on one line: the missing rule and the formula too."""
        return " ".join((self.function.__doc__ or "").split())


FEATURES: tuple[Feature, ...] = (
    Feature(Group.PAYMENT, payment.months_behind, "months"),
    Feature(Group.PAYMENT, payment.months_behind_3_ago, "months"),
    Feature(Group.PAYMENT, payment.months_behind_6_ago, "months"),
    Feature(Group.PAYMENT, payment.months_behind_12_ago, "months"),
    Feature(Group.PAYMENT, payment.months_behind_24_ago, "months"),
    Feature(Group.PAYMENT, payment.months_behind_change_6m, "months"),
    Feature(Group.PAYMENT, payment.max_months_behind_12m, "months"),
    Feature(Group.PAYMENT, payment.max_months_behind_24m, "months"),
    Feature(Group.PAYMENT, payment.months_behind_slope_12m, "months a month"),
    Feature(Group.PAYMENT, payment.full_payments_3m, "count"),
    Feature(Group.PAYMENT, payment.full_payments_6m, "count"),
    Feature(Group.PAYMENT, payment.full_payments_12m, "count"),
    Feature(Group.PAYMENT, payment.full_payments_24m, "count"),
    Feature(Group.PAYMENT, payment.full_payments_36m, "count"),
    Feature(Group.PAYMENT, payment.partial_payments_3m, "count"),
    Feature(Group.PAYMENT, payment.partial_payments_12m, "count"),
    Feature(Group.PAYMENT, payment.partial_payments_36m, "count"),
    Feature(Group.PAYMENT, payment.share_collected_3m, "share"),
    Feature(Group.PAYMENT, payment.share_collected_6m, "share"),
    Feature(Group.PAYMENT, payment.share_collected_12m, "share"),
    Feature(Group.PAYMENT, payment.months_since_last_payment, "months"),
    Feature(Group.PAYMENT, payment.months_since_any_money, "months"),
    Feature(Group.PAYMENT, payment.months_since_current, "months"),
    Feature(Group.PAYMENT, payment.longest_run_paid, "months"),
    Feature(Group.PAYMENT, payment.longest_run_missed, "months"),
    Feature(Group.PAYMENT, payment.rolls_24m, "count"),
    Feature(Group.PAYMENT, payment.kept_pace_3m, "share"),
    Feature(Group.PAYMENT, payment.kept_pace_12m, "share"),
    Feature(Group.PAYMENT, payment.first_payment_default, "flag"),
    Feature(Group.PAYMENT, payment.cures_24m, "count"),
    Feature(Group.PAYMENT, payment.payments_while_behind_12m, "count"),
    Feature(Group.PAYMENT, payment.performing_current_now, "flag"),
    Feature(Group.PAYMENT, payment.performing_clean_12m, "flag"),
    Feature(Group.PAYMENT, payment.performing_never_delinquent, "flag"),
    Feature(Group.PAYMENT, payment.performing_paid_last_3m, "flag"),
    Feature(Group.PAYMENT, payment.history_months, "months"),
    Feature(Group.EQUITY, equity.ltv, "share"),
    Feature(Group.EQUITY, equity.equity_share, "share"),
    Feature(Group.EQUITY, equity.principal_ltv, "share"),
    Feature(Group.EQUITY, equity.original_ltv, "share"),
    Feature(Group.EQUITY, equity.senior_debt_share, "share"),
    Feature(Group.EQUITY, equity.lien_position, "ordinal"),
    Feature(Group.EQUITY, equity.legal_balance, "US dollars"),
    Feature(Group.COLLATERAL, collateral.occupancy_owner, "flag"),
    Feature(Group.COLLATERAL, collateral.occupancy_tenant, "flag"),
    Feature(Group.COLLATERAL, collateral.occupancy_vacant, "flag"),
    Feature(Group.COLLATERAL, collateral.property_single_family, "flag"),
    Feature(Group.COLLATERAL, collateral.property_2_4_unit, "flag"),
    Feature(Group.COLLATERAL, collateral.property_manufactured, "flag"),
    Feature(Group.LEGAL, legal.judicial, "flag"),
    Feature(Group.LEGAL, legal.state_timeline_months, "months"),
    Feature(Group.LEGAL, legal.foreclosure_stage, "ordinal"),
    Feature(Group.LEGAL, legal.months_since_referral, "months"),
    Feature(Group.LEGAL, legal.bankruptcy, "flag"),
    Feature(Group.LEGAL, legal.bankruptcy_chapter_13, "flag"),
    Feature(Group.LEGAL, legal.workout_under_way, "flag"),
    Feature(Group.BORROWER, borrower.credit_score, "points"),
    Feature(Group.BORROWER, borrower.debt_to_income, "share"),
    Feature(Group.BORROWER, borrower.full_documentation, "flag"),
    Feature(Group.BORROWER, borrower.self_employed, "flag"),
    Feature(Group.BORROWER, borrower.debt_service_coverage, "ratio"),
    Feature(Group.BORROWER, borrower.layered_risk_count, "count"),
    Feature(Group.BORROWER, terms.note_rate, "annual fraction"),
    Feature(Group.BORROWER, terms.loan_age_months, "months"),
    Feature(Group.BORROWER, terms.remaining_term_months, "months"),
    Feature(Group.BORROWER, terms.matured, "flag"),
    Feature(Group.BORROWER, terms.modified, "flag"),
    Feature(Group.BORROWER, terms.months_since_modification, "months"),
    Feature(Group.BORROWER, terms.months_to_reset, "months"),
    Feature(Group.BORROWER, terms.payment_shock, "share"),
)
