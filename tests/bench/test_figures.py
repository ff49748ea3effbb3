"""What a row says of its bars."""

from dataclasses import replace

from bench.figures import Bar, Measured, Result, percentile, rounds_of, spread_of

ONE = Measured(
    deliveries=1_000, cpu=0.010, wall=0.02, busy=0.5, p50=5, p99=9,
    lost=0, doubled=0, disordered=0, gone=0,
)  # fmt: skip


def result(ours: Measured, peer: Measured) -> Result:
    return Result("fan-out", "to all", 50, {"ours": [ours], "peer": [peer]})


def test_a_figure_is_of_one_delivery() -> None:
    assert ONE.figure("cpu") == 10
    assert ONE.figure("wall") == 20
    assert ONE.figure("p50") == 5


def test_a_bar_compares_the_medians() -> None:
    slow = replace(ONE, cpu=1.0)
    half = Bar("ours", "peer", "", times=0.5)
    rounds = {"ours": [slow, replace(ONE, cpu=0.005), replace(ONE, cpu=0.004)], "peer": [ONE] * 3}
    assert half.holds(Result("fan-out", "", 50, rounds))
    assert not half.holds(result(replace(ONE, cpu=0.0051), ONE))
    assert half.ratio(result(replace(ONE, cpu=0.002), ONE)) == 0.2


def test_a_bar_may_add_or_have_a_floor() -> None:
    above = Bar("ours", "peer", "", of="p50", plus=15)
    assert above.holds(result(replace(ONE, p50=20), ONE))
    assert not above.holds(result(replace(ONE, p50=20.1), ONE))
    floor = Bar("ours", "peer", "", of="p99", floor=20)
    assert floor.holds(result(replace(ONE, p99=20), ONE))
    assert not floor.holds(result(replace(ONE, p99=21), ONE))
    assert floor.holds(result(replace(ONE, p99=21), replace(ONE, p99=22)))


def test_no_bar_holds_where_a_delivery_went_wrong() -> None:
    bar = Bar("ours", "peer", "")
    assert bar.holds(result(ONE, ONE))
    for fault in ("lost", "doubled", "disordered", "gone"):
        assert not bar.holds(result(ONE, replace(ONE, **{fault: 1})))


def test_a_spread_is_the_median_with_its_ends() -> None:
    assert str(spread_of([9.0, 7.5, 8.25])) == "8.2 [7.5..9.0]"
    assert str(spread_of([466.0])) == "466 [466..466]"


def test_a_percentile_is_a_value_that_was_there() -> None:
    assert percentile([], 0.99) == 0
    assert percentile([1.0, 2.0, 3.0], 0.5) == 2
    assert percentile([float(n) for n in range(200)], 0.99) == 198


def test_the_contestants_take_turns() -> None:
    turns: list[str] = []

    def measure(name: str) -> Measured:
        turns.append(name)
        return ONE

    assert rounds_of(["ours", "peer"], 2, measure) == {"ours": [ONE] * 2, "peer": [ONE] * 2}
    assert turns == ["ours", "peer", "ours", "peer"]
