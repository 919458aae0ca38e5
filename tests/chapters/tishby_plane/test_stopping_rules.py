"""Chapter 05: stopping rules on curves made by hand, and the rows and labels behind real ones."""

import json
import math

import numpy as np
import pandas as pd
import pytest

from infoplane.chapters.tishby_plane import stopping_rules, stopping_tables
from infoplane.chapters.tishby_plane.stopping_rules import (
    COLUMNS,
    DATASETS,
    curves,
)
from infoplane.chapters.tishby_plane.stopping_tables import (
    BETAS,
    PROFILES,
    chosen,
    contenders,
    outcomes,
)
from infoplane.datasets import tishby, vision
from infoplane.models.perceptrons import Perceptrons
from infoplane.records.store import plain
from infoplane.stopping.rule import stop_at
from tests.toy import alone

RUN = {"dataset": "patterns", "label_noise": 0.2, "every": 5, "epochs": 10, "batch": 64}
RUN |= {"rate": 0.1}
CLASSES = {"patterns": 2, "digits": 10}


@pytest.mark.parametrize("dataset", DATASETS)
def test_a_batch_gives_what_single_runs_give(dataset):
    configs = [{**RUN, "dataset": dataset, "seed": seed} for seed in (3, 0, 1)]
    together = curves(configs)
    for a, b in zip(together, alone(curves, configs), strict=True):
        assert set(a) == set(b)
        for name in a:
            # a row that rounding puts into another bin, or class, of the 409 there are at least
            np.testing.assert_allclose(a[name], b[name], atol=0.04, err_msg=name)
            if name in ("loss", "prediction_x", "prediction_y"):  # which have no bins
                np.testing.assert_allclose(a[name], b[name], atol=1e-4, err_msg=name)
    assert together[0]["loss"] != together[1]["loss"]


@pytest.mark.parametrize("dataset", DATASETS)
def test_curves_are_finite_and_below_their_ceilings(dataset):
    found = curves([{**RUN, "dataset": dataset, "seed": 0, "epochs": 23}])[0]
    assert plain(found) == found
    json.dumps(found, allow_nan=False)
    assert found["epoch"] == [0, 5, 10, 15, 20]
    assert set(found) == {"epoch", "loss", *COLUMNS}
    curve = {name: np.array(values) for name, values in found.items()}
    assert all(len(values) == 5 for values in curve.values())
    rounding, classes = 1e-5, CLASSES[dataset]
    assert (curve["prediction_x"] <= math.log(classes) + rounding).all()
    assert (curve["binned_x"] <= math.log(DATASETS[dataset].criterion) + rounding).all()
    for name in PROFILES:  # Y - X - Yhat
        assert (curve[f"{name}_y"] >= -rounding).all()
        assert (curve[f"{name}_y"] <= curve[f"{name}_x"] + rounding).all()
        assert (curve[f"{name}_y"] < 0.9 * curve[f"{name}_x"])[1:].all()  # of noisy labels
    assert (curve["prediction_y"] <= curve["binned_y"] + 0.05).all()  # but for a bin's width
    # before training all classes are about alike
    assert abs(curve["loss"][0] - math.log(classes)) < 0.5
    assert curve["loss"][-1] < curve["loss"][0]
    task = DATASETS[dataset]
    rows = {"selection": task.selection}
    rows["final"] = sum(SIZES[dataset]) - task.train - task.criterion - task.selection
    for name, n in rows.items():
        hits = curve[name] * n  # whole numbers, of five decimals
        np.testing.assert_allclose(hits, hits.round(), atol=n * 1e-5)
        assert curve[name][-1] > curve[name][0]


SIZES = {"patterns": (4096,), "digits": (1442, 355)}


@pytest.fixture
def watched(monkeypatch):
    """Rows and labels of the parts: to train, and those of every check, in order."""
    seen = {"fit": [], "looked": [], "criterion": [], "accuracy": []}
    fit, information = stopping_rules.fit, stopping_rules._information

    def model(*args, **options):
        made = Perceptrons(*args, **options)
        made.register_forward_pre_hook(lambda _, given: seen["looked"].append(given[0].numpy()))
        return made

    def watch_fit(model, x, y, **options):
        seen["fit"].append((x.numpy(), np.asarray(y)))
        return fit(model, x, y, **options)

    def watch_information(p, y):
        seen["criterion"].append(y)
        return information(p, y)

    def watch_accuracy(logits, y):
        seen["accuracy"].append(y)
        return float(np.mean(logits.argmax(axis=1) == y))

    monkeypatch.setattr(stopping_rules, "Perceptrons", model)
    monkeypatch.setattr(stopping_rules, "fit", watch_fit)
    monkeypatch.setattr(stopping_rules, "_information", watch_information)
    monkeypatch.setattr(stopping_rules, "_accuracy", watch_accuracy)
    return seen


def parts(seen, members):
    """By name, rows and labels of each part, networks first, as the first check has them."""
    (x, y), criterion = seen["fit"][0], seen["criterion"][:members]
    looked, accuracy = seen["looked"][:3], seen["accuracy"][: 2 * members]
    return {
        "train": (x, y),
        "criterion": (looked[0], np.stack(criterion)),
        "selection": (looked[1], np.stack(accuracy[::2])),
        "final": (looked[2], np.stack(accuracy[1::2])),
    }


def truth(dataset):
    """All rows, and the true label of each by its bytes."""
    if dataset == "patterns":
        data = tishby.load()
        x, y = data.x, data.y
    else:
        both = [vision.load("digits", split) for split in vision.SPLITS]
        x = np.concatenate([part.images.reshape(len(part), -1) for part in both])
        y = np.concatenate([part.labels for part in both])
    return x, {row.tobytes(): int(label) for row, label in zip(x, y, strict=True)}


@pytest.mark.parametrize("dataset", DATASETS)
def test_four_parts_share_no_row_and_only_the_last_has_clean_labels(dataset, watched):
    seeds, noise, classes = (0, 1, 2), 0.5, CLASSES[dataset]
    config = {**RUN, "dataset": dataset, "label_noise": noise, "epochs": 1}
    curves([{**config, "seed": seed} for seed in seeds])
    x, label = truth(dataset)
    found, task = parts(watched, len(seeds)), DATASETS[dataset]
    sizes = {name: rows.shape[1] for name, (rows, _) in found.items()}
    assert sizes["train"] == task.train
    assert sizes["criterion"] == task.criterion
    assert sizes["selection"] == task.selection
    assert sum(sizes.values()) == len(x)
    for member in range(len(seeds)):
        every = np.concatenate([rows[member] for rows, _ in found.values()])
        # every row of the data once, in whatever order: so the parts are disjoint
        assert sorted(row.tobytes() for row in every) == sorted(row.tobytes() for row in x)
    changed = {
        name: np.array(
            [
                [label[row.tobytes()] != target for row, target in zip(*pair, strict=True)]
                for pair in zip(rows, targets, strict=True)
            ]
        )
        for name, (rows, targets) in found.items()
    }
    assert not changed.pop("final").any()
    share = noise * (classes - 1) / classes  # what is drawn anew may be what it was
    for name, part in changed.items():
        room = 3 * math.sqrt(share * (1 - share) / part.size)
        assert abs(part.mean() - share) < room, name
        assert (part[0] != part[1]).any()  # each seed has its own
    assert not np.array_equal(found["train"][0][0], found["train"][0][1])


def test_without_label_noise_every_label_is_true(watched):
    curves([{**RUN, "label_noise": 0.0, "epochs": 1, "seed": 0}])[0]
    _, label = truth("patterns")
    for rows, targets in parts(watched, 1).values():
        assert [label[row.tobytes()] for row in rows[0]] == list(targets[0])


def by_hand(**changes):
    """One run of eleven checks, an epoch of ten each.

    The loss is least at check 2, I(Yhat;Y) greatest at check 4, I(X;Yhat) at check 6 and ten
    times as large; the final accuracy greatest at check 4, that for selection at check 3.
    """
    checks = np.arange(11)
    rise = 6.0 - abs(checks - 6)
    label = 4.0 - 0.5 * abs(checks - 4)
    run = {"dataset": "patterns", "seed": 0, "epoch": 10 * checks}
    run |= {"loss": abs(checks - 2.0), "final": 0.9 - 0.01 * abs(checks - 4)}
    run |= {"selection": 0.8 - 0.01 * abs(checks - 3)}
    for name in PROFILES:
        run |= {f"{name}_x": 10 * rise, f"{name}_y": label}
    return pd.DataFrame([{k: list(v) if np.ndim(v) else v for k, v in (run | changes).items()}])


def only(table, **wanted):
    for name, value in wanted.items():
        table = table[table[name] == value]
    return table


def test_the_loss_stops_where_it_should():
    (row,) = only(outcomes(by_hand(), patience=3), rule="loss").to_dict("records")
    # kept: check 2; stopped: three checks later, at epoch 50 of 100
    assert row["epoch"] == 20
    assert row["kept"] == pytest.approx(0.88)
    # the epoch one would choose, not the best of eleven looks at the rows that score
    assert row["best"] == pytest.approx(0.89)
    assert row["last"] == pytest.approx(0.84)
    assert row["lost"] == pytest.approx(0.01)
    assert row["saved"] == pytest.approx(0.5)
    assert row["selection"] == pytest.approx(0.79)


@pytest.mark.parametrize("name", PROFILES)
@pytest.mark.parametrize(
    ("compression", "burn_in", "beta", "epoch", "saved"),
    [
        (False, False, 1.0, 40, 0.3),  # -I(Yhat;Y) is least at check 4: stops at 7
        (False, False, 100.0, 40, 0.3),  # beta is but a scale
        (False, True, 1.0, 60, 0.1),  # from check 6 it only rises: stops at 9
        (True, False, 1.0, 0, 0.7),  # I(X;Yhat) rises faster than I(Yhat;Y): stops at 3
        (True, False, 50.0, 40, 0.3),  # until beta gives the label more weight
        (True, True, 1.0, 100, 0.0),  # after the peak I(X;Yhat) falls to the end
        (True, True, 100.0, 60, 0.1),
    ],
)
def test_profiles_stop_where_they_should(name, compression, burn_in, beta, epoch, saved):
    table = outcomes(by_hand(), patience=3)
    where = {"rule": name, "compression": compression, "burn_in": burn_in, "beta": beta}
    (row,) = only(table, **where).to_dict("records")
    assert row["epoch"] == epoch
    assert row["saved"] == pytest.approx(saved)
    assert row["kept"] == pytest.approx(0.9 - 0.001 * abs(epoch - 40))
    assert row["lost"] == pytest.approx(row["best"] - row["kept"])


def test_every_rule_is_tried_on_every_network():
    runs = [by_hand(seed=s, dataset=d) for s in (0, 1) for d in DATASETS]
    table = outcomes(pd.concat(runs, ignore_index=True), patience=3)
    keys = ["dataset", "seed", "rule", "beta", "compression", "burn_in"]
    assert len(table) == 4 * (1 + len(PROFILES) * len(BETAS) * 4)
    assert not table[keys].duplicated().any()


def test_a_reading_is_stopped_by_its_own_curves():
    checks = np.arange(11)
    table = outcomes(by_hand(binned_y=4.0 - abs(checks - 1)), patience=3)
    found = only(table, compression=False, burn_in=False, beta=1.0).set_index("rule")["epoch"]
    assert dict(found) == {"prediction": 40, "binned": 10}


def test_what_does_not_stop_saves_nothing():
    table = outcomes(by_hand(loss=np.arange(11.0)[::-1]), patience=3)
    (row,) = only(table, rule="loss").to_dict("records")
    assert (row["epoch"], row["saved"]) == (100, 0)
    patient = outcomes(by_hand(), patience=10)
    assert (patient["saved"] <= 0).all()


@pytest.mark.parametrize("patience", [1, 3, 5])
def test_outcomes_are_bounded(patience):
    rng = np.random.default_rng(0)
    noise = {name: rng.random(11) for name in ("loss", *COLUMNS)}
    table = outcomes(by_hand(**noise), patience=patience)
    at = int(np.argmax(noise["selection"]))
    assert (table["best"] == noise["final"][at]).all()
    assert ((table["saved"] >= 0) & (table["saved"] < 1)).all()
    # a state that is kept has been trained, and waited for
    stopped = 100 * (1 - table["saved"])
    rules = table["saved"] > 0
    np.testing.assert_allclose((stopped - table["epoch"])[rules], 10 * patience)


def grid(selection, final=0.9):
    """Outcomes of a few rules on three networks of two data sets: what rules are chosen from."""
    rows = [
        {"dataset": dataset, "seed": seed, "rule": rule, "beta": beta, "compression": True}
        | {"burn_in": False, "selection": selection[rule, beta][seed], "kept": final}
        | {"lost": 1 - final, "saved": 0.5}
        for dataset in DATASETS
        for seed in range(3)
        for rule, beta in selection
    ]
    return pd.DataFrame(rows)


SELECTION = {
    ("loss", 0.0): [1.0, 1.0, 1.0],  # no rule of information
    ("prediction", 1.0): [0.9, 0.1, 0.1],  # best of all once
    ("prediction", 2.0): [0.5, 0.5, 0.5],  # best on average
    ("binned", 1.0): [0.4, 0.6, 0.4],
}


def test_the_rule_with_the_highest_mean_selection_is_chosen():
    found = chosen(grid(SELECTION))
    assert len(found) == 3 * len(DATASETS)
    assert set(found["dataset"]) == set(DATASETS)
    assert set(zip(found["rule"], found["beta"], strict=True)) == {("prediction", 2.0)}
    assert sorted(found["seed"]) == [0, 0, 1, 1, 2, 2]


def test_a_rule_without_the_first_term_is_not_the_source_s():
    table = grid(SELECTION)
    best = table["beta"] == 2.0
    table.loc[best, "compression"] = False
    assert set(zip(chosen(table)["rule"], chosen(table)["beta"], strict=True)) == {("binned", 1.0)}


def test_data_sets_choose_on_their_own():
    other = dict(SELECTION)
    other["binned", 1.0] = [0.9, 0.9, 0.9]
    mixed = pd.concat(
        [only(grid(SELECTION), dataset="patterns"), only(grid(other), dataset="digits")]
    )
    found = chosen(mixed).groupby("dataset")["rule"].agg(set)
    assert found.to_dict() == {"patterns": {"prediction"}, "digits": {"binned"}}


def test_the_final_accuracy_has_no_part_in_the_choice():
    rng = np.random.default_rng(0)
    runs = []
    for seed in range(3):
        noise = {name: rng.random(11) for name in ("loss", *COLUMNS)}
        runs.append(by_hand(seed=seed, **noise))
    frame = pd.concat(runs, ignore_index=True)
    keys = ["rule", "beta", "compression", "burn_in", "epoch"]
    first = chosen(outcomes(frame, patience=2))
    frame["final"] = [list(rng.random(11)) for _ in range(3)]
    again = chosen(outcomes(frame, patience=2))
    pd.testing.assert_frame_equal(first[keys], again[keys])
    assert (first["kept"] != again["kept"]).all()
    frame["selection"] = [list(rng.random(11)) for _ in range(3)]
    assert not first[keys].equals(chosen(outcomes(frame, patience=2))[keys])


def test_contenders_are_the_loss_and_each_rule_at_its_best_beta():
    table = contenders(grid(SELECTION))
    for dataset in DATASETS:
        part = only(table, dataset=dataset)
        assert set(zip(part["rule"], part["beta"], strict=True)) == {
            ("loss", 0.0), ("prediction", 2.0), ("binned", 1.0),
        }  # fmt: skip
        assert len(part) == 3 * 3  # rules by networks


def test_contenders_of_real_outcomes_are_every_kind_of_rule_once():
    table = outcomes(pd.concat([by_hand(seed=s) for s in (0, 1)]), patience=3)
    found = contenders(table)
    assert len(only(found, rule="loss")) == 2
    assert len(found) == 2 * (1 + 4 * len(PROFILES))


def test_all_rules_at_once_are_each_by_itself():
    frame = pd.concat([by_hand(seed=s, loss=np.roll(np.arange(11.0), s)) for s in range(3)])
    table = outcomes(frame, patience=2)
    curves = {name: np.array(frame[name].tolist(), float) for name in ("loss", *COLUMNS)}
    epochs = np.array(frame["epoch"].iloc[0], float)
    for told, profile, start in stopping_tables._rules(curves):
        best, _ = stop_at(profile, patience=2, start=start)
        rows = only(table, **told)
        assert rows["seed"].tolist() == [0, 1, 2]
        assert rows["epoch"].tolist() == epochs[best].tolist()
