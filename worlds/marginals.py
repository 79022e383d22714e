"""The published figures that made notes follow, and the assumptions where nothing is published.

Each block names its source; ``docs/worlds.md`` repeats them with what the made notes reach.  "Assumed" means that no
public figure was found and a plausible one was taken.
"""

from __future__ import annotations

import numpy as np

# FHFA, Enterprise Non-Performing Loan Sales Report (171,333 loans sold to 31 Dec 2023): mean UPB, and 39 % in these three
# states.
MEAN_UPB = 183_055.0
LARGE_STATES = {"NJ": 0.11, "NY": 0.12, "FL": 0.16}
"""Their sum is FHFA's 39 %; how it is divided among the three is assumed."""

# Resident population, millions, 2020 Census (rounded): how the other 61 % is divided.
POPULATION = {
    "AL": 5.0, "AK": 0.7, "AZ": 7.2, "AR": 3.0, "CA": 39.5, "CO": 5.8, "CT": 3.6, "DE": 1.0, "DC": 0.7, "GA": 10.7,
    "HI": 1.5, "ID": 1.8, "IL": 12.8, "IN": 6.8, "IA": 3.2, "KS": 2.9, "KY": 4.5, "LA": 4.7, "ME": 1.4, "MD": 6.2,
    "MA": 7.0, "MI": 10.1, "MN": 5.7, "MS": 3.0, "MO": 6.2, "MT": 1.1, "NE": 2.0, "NV": 3.1, "NH": 1.4, "NM": 2.1,
    "NC": 10.4, "ND": 0.8, "OH": 11.8, "OK": 4.0, "OR": 4.2, "PA": 13.0, "RI": 1.1, "SC": 5.1, "SD": 0.9, "TN": 6.9,
    "TX": 29.1, "UT": 3.3, "VT": 0.6, "VA": 8.6, "WA": 7.7, "WV": 1.8, "WI": 5.9, "WY": 0.6,
}  # fmt: skip

# Freddie Mac, Primary Mortgage Market Survey: annual average rate of 30-year fixed loans, per cent,
# 1990 to 2025.
FIRST_RATE_YEAR = 1990
PMMS_PERCENT = np.array([
    10.13, 9.25, 8.39, 7.31, 8.38, 7.93, 7.81, 7.60, 6.94, 7.44,
    8.05, 6.97, 6.54, 5.83, 5.84, 5.87, 6.41, 6.34, 6.03, 5.04,
    4.69, 4.45, 3.66, 3.98, 4.17, 3.85, 3.65, 3.99, 4.54, 3.94,
    3.11, 2.96, 5.34, 6.81, 6.72, 6.60,
])  # fmt: skip

# ATTOM, 2016: third-party buyers took 28.5 % of completed foreclosure auctions.
THIRD_PARTY_SHARE = 0.285
# Campbell, Giglio and Pathak 2011: 27 % discount of a foreclosed house; selling cost of bank-owned houses 8-10 %.
REO_DISCOUNT = 0.27
REO_SELLING_COST = 0.09

# Assumed: how a mixed book's borrowers pay.  Order of worlds.payments.PROCESSES.
PROCESS_SHARES = np.array([0.20, 0.13, 0.13, 0.30, 0.08, 0.10, 0.06])
SECOND_LIEN_SHARE = 0.06
BALLOON_SHARE = 0.02
ARM_SHARE = 0.06

# Assumed: what a house is, its share.
PROPERTY_TYPES = {
    "single_family": 0.66, "condo": 0.10, "townhouse": 0.06, "pud": 0.08, "2-4_unit": 0.06, "manufactured": 0.03,
    "coop": 0.01,
}  # fmt: skip
# Assumed, by months since money last came in: nobody publishes it.  FHFA gives outcomes by occupancy, not its share.
MONTHS_UNPAID_KNOTS = (0.0, 6.0, 18.0, 48.0, 100.0)
VACANT_AT_KNOTS = (0.02, 0.10, 0.24, 0.40, 0.55)
TENANT_SHARE = 0.08
"""Of the houses that are not vacant."""
OCCUPANCY_UNKNOWN_SHARE = 0.08
