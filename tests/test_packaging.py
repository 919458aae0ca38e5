"""pyproject.toml, requirements.lock and environment.yml say the same."""

import re
import tomllib
from importlib.metadata import version

import yaml
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.version import Version

from infoplane import __version__, paths

PROJECT = tomllib.loads((paths.root() / "pyproject.toml").read_text())["project"]
LOCK = (paths.root() / "requirements.lock").read_text()


def locked():
    """What the lock pins for this Python and platform: name -> version."""
    pins = {}
    for line in re.findall(r"^([a-zA-Z0-9].*?)\s*\\?$", LOCK, flags=re.MULTILINE):
        requirement = Requirement(line)
        if requirement.marker is None or requirement.marker.evaluate(default_environment()):
            (pin,) = requirement.specifier
            assert pin.operator == "=="
            pins[requirement.name.replace("_", "-").lower()] = Version(pin.version)
    return pins


def test_the_lock_pins_everything_the_project_asks_for_within_its_ranges():
    pins = locked()
    wanted = [*PROJECT["dependencies"]]
    for extra in PROJECT["optional-dependencies"].values():
        wanted += extra
    for text in wanted:
        requirement = Requirement(text)
        name = requirement.name.replace("_", "-").lower()
        assert name in pins, f"{name} is not in requirements.lock: make lock"
        assert requirement.specifier.contains(pins[name]), f"{name} {pins[name]}: make lock"


def test_the_pins_that_are_known_to_matter():
    pins = locked()
    assert pins["torch"] == Version("2.14.1")
    assert pins["torchvision"] == Version("0.29.1")
    assert pins["jupyter-book"] == Version("1.0.4.post1")  # 2.x wants another config file


def test_pytest_stays_the_one_that_nbval_is_tested_with():
    """No nbval has come out since 2024, so the next pytest may be the one that it cannot follow."""
    pins = locked()
    extra = map(Requirement, PROJECT["optional-dependencies"]["test"])
    wanted = {requirement.name: requirement.specifier for requirement in extra}
    assert str(wanted["nbval"]) == f"=={pins['nbval']}"
    assert f"{pins['pytest'].major}.{pins['pytest'].minor + 1}" not in wanted["pytest"]
    for name in ("nbval", "pytest"):
        assert Version(version(name)) == pins[name], f"{name}: make test runs another one"


def test_every_pin_has_a_hash_and_the_lock_names_no_index():
    blocks = re.split(r"^(?=[a-zA-Z0-9])", LOCK, flags=re.MULTILINE)[1:]
    assert len(blocks) > 100
    assert all("--hash=sha256:" in block for block in blocks)
    assert "://" not in LOCK


def test_the_environment_takes_the_lock_and_a_python_in_range():
    environment = yaml.safe_load((paths.root() / "environment.yml").read_text())
    python = next(d for d in environment["dependencies"] if str(d).startswith("python"))
    (pip,) = [d["pip"] for d in environment["dependencies"] if isinstance(d, dict)]
    assert Requirement(f"python{PROJECT['requires-python']}").specifier.contains(
        python.split("=")[1] + ".0"
    )
    assert pip == ["-r requirements.lock"]
    assert "pip install --no-deps" in (paths.root() / "postBuild").read_text()


def test_one_version_everywhere():
    citation = yaml.safe_load((paths.root() / "CITATION.cff").read_text())
    assert PROJECT["version"] == citation["version"] == __version__
    assert citation["license"] == PROJECT["license"] == "MIT"
