"""Families by name, of every spelling in use."""

import pytest

from infoplane.models.backbones import origins
from infoplane.models.backbones.families import SOURCE, TORCHVISION, family


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("mobilenetv1_025_128", "mobilenet"),
        ("mobilenet_v2_onnxzoo", "mobilenet"),
        ("squeezenet1_1_keras", "squeezenet"),
        ("inception_v3_2015", "inception"),
        ("inception_resnet_v2", "inception"),
        ("googlenet", "inception"),
        ("xception", "xception"),
        ("resnet50_v2_gluon", "residual"),
        ("wide_resnet50_2", "residual"),
        ("resnext50_32x4d", "residual"),
        ("ResNet18", "residual"),
        ("res2net50_26w_4s", "residual"),
        ("densenet121", "densenet"),
        ("vit_b_16", "transformer"),
        ("dla34", "dla"),
        ("12", "12"),
    ],
)
def test_family(name, expected):
    assert family(name) == expected


def test_no_network_in_use_is_a_family_by_accident():
    known = {"mobilenet", "squeezenet", "xception", "inception", "residual", "densenet",
             "shufflenet", "mnasnet", "efficientnet", "regnet"}  # fmt: skip
    names = [*SOURCE, *TORCHVISION, *(o.name for o in origins.listing())]
    assert {family(name) for name in names} == known
