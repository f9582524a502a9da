"""What the chapter on choosing says of libraries which its pages do not import."""

from __future__ import annotations

import inspect

import pytest
import torch
from scipy import optimize


def designed(u, s=0.7):
    """The loss of the page on design, for tensors."""
    softplus = torch.nn.functional.softplus
    return (-u + s * (5 * softplus(u / s) + 16 * softplus((u - 10) / s))).mean()


def test_gradcheck_needs_only_the_value_and_works_in_float64():
    u = torch.tensor([-6.0, 0.4, 9.1, 24.0], dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(designed, (u,))
    assert inspect.signature(torch.autograd.gradcheck).parameters["eps"].default == 1e-6
    single = u.detach().float().requires_grad_()
    with pytest.warns(UserWarning, match="double"), pytest.raises(RuntimeError):
        torch.autograd.gradcheck(designed, (single,))


def test_a_function_of_ones_own_has_forward_and_backward():
    class Turned(torch.autograd.Function):
        @staticmethod
        def forward(ctx, u):
            ctx.save_for_backward(u)
            return u.clamp(min=0).mean()

        @staticmethod
        def backward(ctx, grad):
            (u,) = ctx.saved_tensors
            return -grad * (u > 0) / u.numel()  # the sign is turned

    u = torch.tensor([-1.0, 2.0], dtype=torch.float64, requires_grad=True)
    with pytest.raises(RuntimeError, match="Jacobian mismatch"):
        torch.autograd.gradcheck(Turned.apply, (u,))


def test_scipy_compares_a_value_with_a_gradient():
    names = list(inspect.signature(optimize.check_grad).parameters)
    assert names[:3] == ["func", "grad", "x0"]
    assert "jac" in inspect.signature(optimize.minimize).parameters
