"""Where Keras and Optax are measurably wrong: ours to the digits, and theirs as it was measured.

Measured with keras 3.15.1 on its NumPy backend, and optax 0.2.8 on jax 0.10.2 in float64. They
are too large to be asked of everyone who runs the tests, so these run where they are installed:

    pip install optax==0.2.8 jax==0.10.2 keras==3.15.1
"""

from __future__ import annotations

import importlib
import os
import warnings

import mpmath
import numpy as np
import pytest

import lossref

mpmath.mp.dps = 60


def optional(name):
    """A module that warns about its own ways when it is imported, or a skipped test."""
    os.environ.setdefault("KERAS_BACKEND", "numpy")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pytest.importorskip(name)
        return importlib.import_module(name)


@pytest.fixture
def keras():
    module = optional("keras")
    if module.backend.backend() != "numpy":
        pytest.skip("measured on the NumPy backend")
    before = module.config.floatx()
    module.config.set_floatx("float64")
    with np.errstate(all="ignore"):
        yield module
    module.config.set_floatx(before)


@pytest.fixture
def optax():
    module = optional("optax")
    jax = optional("jax")
    before = jax.config.jax_enable_x64
    jax.config.update("jax_enable_x64", True)
    yield module.losses
    jax.config.update("jax_enable_x64", before)


def close(value, exact, rtol=1e-15):
    return abs(float(value) - float(exact)) <= rtol * abs(float(exact))


def test_keras_takes_means_in_float32(keras):
    values = np.array([1 / 3, 2 / 3, 0.1])
    exact = sum(mpmath.mpf(v) for v in values) / 3
    assert close(lossref.mae(np.zeros(3), values), exact, 3e-16)
    assert not close(keras.ops.mean(values), exact, 1e-9)


def test_log_cosh_of_a_small_error(keras, optax):
    exact = mpmath.log(mpmath.cosh(mpmath.mpf(1e-6)))
    assert close(lossref.log_cosh([0.0], [1e-6]), exact, 4e-16)
    assert keras.losses.log_cosh(np.array([0.0]), np.array([1e-6])) == 0
    assert not close(optax.log_cosh(np.float64(1e-6), np.float64(0.0)), exact, 1e-5)


def test_keras_huber_overflows_where_huber_does_not(keras):
    exact = mpmath.mpf(1e200) - mpmath.mpf("0.5")
    assert close(lossref.huber([0.0], [1e200]), exact)
    assert np.isinf(keras.losses.huber(np.array([0.0]), np.array([1e200])))
    narrow = np.zeros(1, np.float32), np.float32([2.1e19])
    assert close(lossref.huber(*narrow, delta=2e19), 2e19 * (float(narrow[1][0]) - 1e19), 1e-6)
    assert np.isnan(keras.losses.huber(*narrow, delta=2e19))


def test_keras_clips_probabilities(keras):
    exact = -mpmath.log(mpmath.mpf(1e-20))
    assert close(lossref.bce([1.0], [1e-20]), exact)
    theirs = keras.losses.binary_crossentropy(np.array([1.0]), np.array([1e-20]))
    assert float(theirs) == pytest.approx(16.118, abs=1e-3)
    p, q = np.array([[0.5, 0.5]]), np.array([[1.0, 0.0]])
    assert lossref.kl_divergence(p, q) == np.inf
    assert float(keras.losses.kl_divergence(p, q)[0]) == pytest.approx(7.366, abs=1e-3)


def test_keras_focal_loss_forgets_what_is_nearly_right(keras):
    q = 1 / (1 + mpmath.exp(30))
    exact = -(q**2) * mpmath.log(1 - q)
    assert close(lossref.binary_focal([1.0], [30.0]), exact, 2e-15)
    y, z = np.array([1.0]), np.array([30.0])
    assert keras.losses.binary_focal_crossentropy(y, z, from_logits=True) == 0


def test_keras_categorical_hinge_sees_a_score_of_0_that_nobody_gave(keras):
    z = np.array([[-1.0, -3.0, -4.0]])
    assert lossref.crammer_singer_hinge([0], z) == 0
    assert keras.losses.categorical_hinge(np.array([[1.0, 0.0, 0.0]]), z)[0] == 2


def test_keras_tversky_swaps_alpha_and_beta(keras):
    """Three pixels missed and none too many: alpha, for the latter, must not matter."""
    y, p = np.zeros((1, 16)), np.zeros((1, 16))
    y[0, :4] = p[0, 0] = 1
    assert close(lossref.tversky_loss(y, p, alpha=0.9, beta=0.1), 1 - 1 / 1.3, 1e-15)
    theirs = float(keras.losses.tversky(y, p, alpha=0.9, beta=0.1))
    assert theirs == pytest.approx(1 - 1 / 3.7, abs=1e-6)


def test_keras_dice_of_two_empty_masks_is_the_worst(keras):
    empty = np.zeros((1, 4))
    assert lossref.dice_loss(empty, empty) == 0
    assert float(keras.losses.dice(empty, empty)) == 1


def test_optax_cross_entropy_cancels_where_the_label_leads(optax):
    exact = mpmath.log(1 + mpmath.exp(-40))
    assert close(lossref.softmax_cross_entropy([0], [[40.0, 0.0]]), exact)
    theirs = optax.softmax_cross_entropy_with_integer_labels(np.array([40.0, 0.0]), np.array(0))
    assert float(theirs) == 0


def test_optax_takes_labels_that_are_no_classes(optax):
    z = np.array([1.0, 0.0, 0.0])
    call = optax.softmax_cross_entropy_with_integer_labels
    assert np.isnan(float(call(z, np.array(3))))
    assert float(call(z, np.array(-1))) == float(call(z, np.array(2)))
    for label in (3, -1):
        with pytest.raises(ValueError, match=r"labels must be in 0\.\.2"):
            lossref.softmax_cross_entropy([label], [z])


def test_optax_limits_are_not_numbers(optax):
    z, y = np.array([np.inf, -np.inf]), np.array([1.0, 0.0])
    np.testing.assert_array_equal(lossref.bce_with_logits(y, z, reduction="none"), [0.0, 0.0])
    assert np.isnan(np.asarray(optax.sigmoid_binary_cross_entropy(z, y))).all()
    p = np.array([[0.0, 1.0]])
    assert lossref.kl_divergence(p, p) == 0
    with np.errstate(divide="ignore"):
        assert np.isnan(np.asarray(optax.kl_divergence(np.log(p), p))).all()


def test_optax_compares_an_epsilon_for_lengths_with_squares(optax):
    """Two equal vectors of length 2e-5, which is 2000 times the epsilon."""
    x = np.array([[2e-5, 0.0]])
    assert lossref.cosine_embedding([1.0], x, x) == 0
    assert float(optax.cosine_similarity(x, x, epsilon=1e-8)[0]) == pytest.approx(0.04)
    zero = np.zeros((1, 2))
    assert lossref.cosine_embedding([1.0], zero, zero) == 1
    assert np.isnan(float(optax.cosine_similarity(zero, zero)[0]))


def test_optax_adds_under_the_root_of_a_distance(optax):
    x, y = np.zeros((1, 2)), np.array([[1e-3, 0.0]])
    ours = lossref.triplet(x, x, y, margin=1.0)
    assert close(ours, 1 - mpmath.mpf(1e-3))
    theirs = float(optax.triplet_margin_loss(x, x, y, margin=1.0)[0])
    root = np.sqrt(1e-6)
    assert theirs == pytest.approx(root - np.sqrt(2) * root + 1, rel=1e-6)


def test_optax_ctc_calls_the_impossible_very_expensive(optax):
    """Two labels do not fit into one frame."""
    ours = lossref.ctc([[1, 2]], np.zeros((1, 1, 3)))
    assert ours == np.inf
    none = np.zeros((1, 1)), np.array([[1, 2]]), np.zeros((1, 2))
    theirs = optax.ctc_loss(np.zeros((1, 1, 3)), *none)
    assert float(theirs[0]) == pytest.approx(99999.5, abs=0.1)
