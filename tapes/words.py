"""The words of the trade: a text of nothing else names no person, so that it may be shown whole."""

from __future__ import annotations

import csv
import re
from functools import lru_cache
from pathlib import Path

from notes.schema import FIELDS
from tapes.fields import PAYMENT_FIELDS, RESOLUTION_FIELDS, SELLER_FIELDS

_ALIASES = Path(__file__).with_name("headings") / "aliases.csv"
_WORDINGS = Path(__file__).with_name("forms") / "wordings.csv"
_WORD = re.compile(r"[^\W\d_]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")

_TRADE = """
a abandoned accelerated acceleration account accounting accrual accrued ach active actual additional address
adjustable adjusted adjustment adjustments advance advances after agency agreed agreement all allowed amortization
amortized amortizing amount and annual apartment appeal applied appraisal appraised approved approx approximately arm
arrears as assessed assessment assessments asset assigned assignment assignments assumed at attached attorney auction
auctioned automated available avm await awaiting bad balance balloon bank bankruptcy before being below biweekly bk
blanket book borrower both bounce bounced bpo broker brokers building buildings business buyer by calculated call
called canceled cancelled cannot capital case cash center ch chain chapter charge chargeback charged check cheque
cheques church city class clean clear clearing closed closing co collateral collection collections commercial
complaint complete completed completion condition conditional condo condominium condominiums condos confirmed
construction contact contested contract conventional converted convertible coop cooperative copy corporate correct
corrected county coupon court cramdown credit cured current currently curtailment curtailments cut daily damage
damaged data date day days dead debit debt debtor deceased decree deed default defaulted defendant deferment deferral
deferred delinquency delinquent demand denied department deposit deposits desk desktop detached determined did died
disaster disbursed disbursement disbursements discharge discharged discounted dismissal dismissed disposition disputed
doc document documents does doubtful down dpd drive due duplex dwelling each eight eighteen eleven eligible empty end
ended ending entered entry error escrow escrowed est estate estimate estimated etc eviction exam excellent exchange
executed exempt existing exp expected expired exterior external fail failed fair false family fannie farm fc fcl
federal fee fees fha field fifteen file filed filing fill final first five fixed flat flood floor for forbearance
foreclose foreclosed foreclosure form formal forty four fourplex fourteen freddie free from full fully funded funds
garden general gone good granted gross ground group guarantor had half hard has have hazard hearing held heloc high
hold holder home homeowner homes house household houses housing hud hybrid if in inactive incomplete index individual
info information initial initiated inspection installment instalment institutional insurance insured interest interior
internal inv invalid investment investor investors io irs is issue issued it job joint judgement judgment judicial
jumbo junior last late lease leased legal lender letter level lien liens life light like limited line liquidated
liquidation list listed litigation llc loan loans lock lockbox loss lost lot low lump made mailed maintenance manual
manufactured market matured maturity mediation memo mf mid missing mit mitigation mixed mo mobile mod modification
modified mods modular month monthly months moratorium mortgage mos motion moved mth mths multi multifamily multiple n
na needed neg negative negotiated new next nine no nod noi non none normal not note notes notice noticed now npl nsf
null number obtained occupancy occupant occupied of off offer offered office ok old on one online only open option or
order ordered original other otherwise out outstanding over overdue owed own owned owner ownership paid parcel part
partial partially party past pay payable payment payments payoff pd pending per percent perf performing period perm
permanent pif pl place plan planned plus poc point points poor portfolio position possession post postpetition
postponed pre prefc preforeclosure prepaid prepetition present prevented previous price primary prime principal prior
private pro problem proceeding proceedings process processing proof property proposed public publication published pud
pulled purchase purchased purchaser pursued qtr quadplex quarter quarterly queue quick quiet rate rates ratio re real
recapture receipt received receiver receivership recent record recorded recording recourse recovered redeemed
redemption referral referred refinance refund refunded refunds refused regular reinstated reinstatement rejected
release released relief remittance removed rent rental rented reo repaired repairs repay repayment reperforming
replaced report reported request requested required resale research reset residence residential resolution resolved
restarted restored result returned reversal reversals reverse reversed reverted review revised revolving right row
rural rv sale sales satisfied sched schedule scheduled seasonal second secondary section secured self sell seller semi
senior sent serve served service serviced servicer servicing set settled settlement seven several sf sfd sfr sheriff
sheriffs short should signed simple since single site six sixth skip small sold sole some split stabilised stage
standard standing start started state stated statement status stay step stip stipulation stop stopped story street
structure student style sub subject submitted subordinate summons support surplus surrender surrendered suspended
suspense sw tape tax taxes tbd temp temporary ten tenant tenants term terminated terms test the third thirteen thirty
three tier till time timeshare title to total town townhome townhomes townhouse townhouses transfer transferred trial
triplex true trust trustee trustees twelve twenty two type typed unable unapplied uncollectible under underwater unit
units unknown unlisted unoccupied unpaid unsecured unspecified until up upb usda use used va vacant vacation valuation
value values variable various verified void voided voluntary waived waiver waivers was weekly wire with withdrawn
within without workout write written x year yearly years yes yrs zero zip zone
"""

_STATES = """
Alabama|Alaska|Arizona|Arkansas|California|Colorado|Connecticut|Delaware|District of Columbia|Washington DC|Florida|Georgia
Hawaii|Idaho|Illinois|Indiana|Iowa|Kansas|Kentucky|Louisiana|Maine|Maryland|Massachusetts|Michigan|Minnesota|Mississippi
Missouri|Montana|Nebraska|Nevada|New Hampshire|New Jersey|New Mexico|New York|North Carolina|North Dakota|Ohio|Oklahoma
Oregon|Pennsylvania|Puerto Rico|Rhode Island|South Carolina|South Dakota|Tennessee|Texas|Utah|Vermont|Virgin Islands|Virginia
Washington|West Virginia|Wisconsin|Wyoming|American Samoa
"""
"""Whole texts: half of one may be a person's name."""

_ALSO_NAMES = """
an april art august bill chase dean do don drew early faith frank grace grant guy hope jan joy june long mark may miles ray
rich rose see sue summer victor will young
"""
"""Words that begin persons' names; no text is shown for one of these, whatever heading it may be part of."""


def is_trade_text(text: str) -> bool:
    """Say whether a text is a known heading, wording or state's name, or has no word that the trade does not use.

    Examples
    --------
    >>> [is_trade_text(text) for text in ("Judgement Filed", "new york", "Virginia Sale", "Jane Doe")]
    [True, True, False, False]
    """
    if " ".join(text.lower().split()) in _phrases():
        return True
    return all(word.lower() in _vocabulary() for word in _words(text))


def _words(text: str) -> list[str]:
    return _WORD.findall(_CAMEL.sub(" ", text))


@lru_cache
def _phrases() -> frozenset[str]:
    """Texts that are shown as a whole, whatever their words."""
    states = [name for line in _STATES.splitlines() for name in line.split("|")]
    known = [wording for _, wording in _wordings()]
    return frozenset(" ".join(one.lower().split()) for one in (*states, *_headings(), *known) if one.strip())


@lru_cache
def _vocabulary() -> frozenset[str]:
    """Words that may stand together in any order; of states' names, half of which are names of persons too, none."""
    texts = [_TRADE, *_headings(), *(wording for field, wording in _wordings() if field != "property_state")]
    for one in (*FIELDS, *SELLER_FIELDS, *PAYMENT_FIELDS, *RESOLUTION_FIELDS):
        texts += [one.name, *one.codes]
    words = {word.lower() for text in texts for word in _words(text.replace("_", " "))}
    return frozenset(words - {*_ALSO_NAMES.split()})


@lru_cache
def _headings() -> tuple[str, ...]:
    with _ALIASES.open(newline="", encoding="utf-8") as file:
        return tuple(row["heading"] for row in csv.DictReader(file))


@lru_cache
def _wordings() -> tuple[tuple[str, str], ...]:
    with _WORDINGS.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return tuple((row["field"], one) for row in rows for one in (row["wordings"] or "").split("|"))
