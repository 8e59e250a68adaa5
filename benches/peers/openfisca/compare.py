"""The decision of draw 284 by OpenFisca, vectorised, on the data that the crate wrote; see ../README.md.

Prints nanoseconds an evaluation, best and median of the rounds, and how many times as long as the engine took in the
crate's own run.
"""

import json
import statistics
import time
from pathlib import Path

import numpy as np
from openfisca_core.entities import build_entity
from openfisca_core.periods import DateUnit
from openfisca_core.simulations import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

DRAW_DAY = "2024-02-14"
# Days and seconds since 1970: the draw, the first day of its window, and six calendar months after that.
HELD_ON = 19767
WINDOW_FIRST_DAY = 18672
WINDOW_FULL_ON = 18853
HELD_AT = 1707925822
TIE_BREAK_AT = 1706582394
CUT_OFF = 422
SPELLS = (1, 2, 3)
# Profiles in one simulation; below some ten thousand the cost of the calls shows.
PROFILES = 102_400
ROUNDS = 25

candidate = build_entity(key="candidate", plural="candidates", label="Candidate", is_person=True)


def variable(name, value_type, formula=None):
    """A fact of the candidate, or with a formula what follows from the facts on the day of the draw."""
    attributes = {
        "value_type": value_type,
        "entity": candidate,
        "definition_period": DateUnit.ETERNITY if formula is None else DateUnit.DAY,
        "label": name,
    }
    if formula is not None:
        attributes["formula"] = formula
    return type(name, (Variable,), attributes)


def rules(listed):
    """The formulas, by name. `listed` says of each code whether it is on the list."""

    def in_pool(who, period):
        return (who("submitted_at", period) <= HELD_AT) & (who("leaves_pool_at", period) > HELD_AT)

    def program(who, period):
        return who("fsw", period) | who("cec", period) | who("fst", period)

    def ranked(who, period):
        score = who("crs_score", period)
        return (score > CUT_OFF) | ((score == CUT_OFF) & (who("submitted_at", period) < TIE_BREAK_AT))

    def category(who, period):
        reached = False
        for spell in SPELLS:
            hours, first_day, end, full_on = (
                who(f"{name}_{spell}", period) for name in ("hours", "first_day", "end", "full_on")
            )
            end_in_window = np.minimum(end, HELD_ON)
            days = end_in_window - np.maximum(first_day, WINDOW_FIRST_DAY)
            by_dates = (hours == 3000) & (np.maximum(full_on, WINDOW_FULL_ON) <= end_in_window)
            reached |= (
                listed[who(f"noc_{spell}", period)]
                & who(f"paid_{spell}", period)
                & who(f"lead_statement_{spell}", period)
                & who(f"main_duties_{spell}", period)
                & who(f"essential_duties_{spell}", period)
                & (by_dates | (hours * days >= 546_000))
            )
        return reached

    def invited(who, period):
        criteria = ("in_pool", "program", "ranked", "category")
        return np.logical_and.reduce([who(criterion, period) for criterion in criteria])

    return {formula.__name__: formula for formula in (in_pool, program, ranked, category, invited)}


def main():
    data = json.loads(Path(__file__).with_name("cases.json").read_text())
    listed = np.zeros(100_000, dtype=bool)
    listed[[int(code) for code in data["listed"]]] = True
    system = TaxBenefitSystem([candidate])
    inputs = {}
    for name, column in data["columns"].items():
        # Codes are given as numbers, and numbers in OpenFisca's own width.
        values = np.array([int(value) for value in column])
        value_type = bool if isinstance(column[0], bool) else int
        system.add_variable(variable(name, value_type))
        inputs[name] = np.resize(values.astype(bool if value_type is bool else np.int32), PROFILES)
    for name, formula in rules(listed).items():
        system.add_variable(variable(name, bool, formula))
    expected = np.resize(np.array(data["invited"]), PROFILES)

    alone, with_set_up = [], []
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        simulation = SimulationBuilder().build_default_simulation(system, PROFILES)
        for name, values in inputs.items():
            simulation.set_input(name, DateUnit.ETERNITY, values)
        ready = time.perf_counter()
        invited = simulation.calculate("invited", DRAW_DAY)
        end = time.perf_counter()
        assert (invited == expected).all(), "OpenFisca disagrees"
        alone.append((end - ready) * 1e9 / PROFILES)
        with_set_up.append((end - begin) * 1e9 / PROFILES)

    ours = data["express_entry_ns"]
    print(f"{PROFILES} profiles at once; all agree on each\n")
    for name, times in (("OpenFisca, its set-up not counted", alone), ("OpenFisca with its set-up", with_set_up)):
        best, median = min(times), statistics.median(times)
        print(f"| {name} | {best:,.0f} | {median:,.0f} | {best / ours:,.1f} |")


if __name__ == "__main__":
    main()
