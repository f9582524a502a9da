"""Reinforcement learning and preferences: losses one file each, and what they are trained towards."""

from lossref.rl.clipped_value_loss import SPEC as _clipped_value_loss
from lossref.rl.clipped_value_loss import (
    clipped_value_loss,
    clipped_value_loss_grad,
    clipped_value_loss_value_and_grad,
)
from lossref.rl.dpo_loss import SPEC as _dpo_loss
from lossref.rl.dpo_loss import dpo_loss, dpo_loss_grad, dpo_loss_value_and_grad
from lossref.rl.dqn_td_loss import SPEC as _dqn_td_loss
from lossref.rl.dqn_td_loss import dqn_td_loss, dqn_td_loss_grad, dqn_td_loss_value_and_grad
from lossref.rl.entropy_bonus import SPEC as _entropy_bonus
from lossref.rl.entropy_bonus import entropy_bonus, entropy_bonus_grad, entropy_bonus_value_and_grad
from lossref.rl.grpo_loss import SPEC as _grpo_loss
from lossref.rl.grpo_loss import grpo_loss, grpo_loss_grad, grpo_loss_value_and_grad
from lossref.rl.ipo_loss import SPEC as _ipo_loss
from lossref.rl.ipo_loss import ipo_loss, ipo_loss_grad, ipo_loss_value_and_grad
from lossref.rl.kl_k1 import SPEC as _kl_k1
from lossref.rl.kl_k1 import kl_k1, kl_k1_grad, kl_k1_value_and_grad
from lossref.rl.kl_k2 import SPEC as _kl_k2
from lossref.rl.kl_k2 import kl_k2, kl_k2_grad, kl_k2_value_and_grad
from lossref.rl.kl_k3 import SPEC as _kl_k3
from lossref.rl.kl_k3 import kl_k3, kl_k3_grad, kl_k3_value_and_grad
from lossref.rl.policy_gradient_loss import SPEC as _policy_gradient_loss
from lossref.rl.policy_gradient_loss import (
    policy_gradient_loss,
    policy_gradient_loss_grad,
    policy_gradient_loss_value_and_grad,
)
from lossref.rl.ppo_clip import SPEC as _ppo_clip
from lossref.rl.ppo_clip import ppo_clip, ppo_clip_grad, ppo_clip_value_and_grad
from lossref.rl.returns import (
    discounted_returns,
    dqn_targets,
    gae,
    grpo_advantages,
    td_errors,
    td_targets,
)
from lossref.rl.value_loss import SPEC as _value_loss
from lossref.rl.value_loss import value_loss, value_loss_grad, value_loss_value_and_grad

SPECS = (
    _value_loss,
    _clipped_value_loss,
    _policy_gradient_loss,
    _entropy_bonus,
    _ppo_clip,
    _kl_k1,
    _kl_k2,
    _kl_k3,
    _dqn_td_loss,
    _dpo_loss,
    _ipo_loss,
    _grpo_loss,
)

__all__ = [
    "clipped_value_loss",
    "clipped_value_loss_grad",
    "clipped_value_loss_value_and_grad",
    "discounted_returns",
    "dpo_loss",
    "dpo_loss_grad",
    "dpo_loss_value_and_grad",
    "dqn_targets",
    "dqn_td_loss",
    "dqn_td_loss_grad",
    "dqn_td_loss_value_and_grad",
    "entropy_bonus",
    "entropy_bonus_grad",
    "entropy_bonus_value_and_grad",
    "gae",
    "grpo_advantages",
    "grpo_loss",
    "grpo_loss_grad",
    "grpo_loss_value_and_grad",
    "ipo_loss",
    "ipo_loss_grad",
    "ipo_loss_value_and_grad",
    "kl_k1",
    "kl_k1_grad",
    "kl_k1_value_and_grad",
    "kl_k2",
    "kl_k2_grad",
    "kl_k2_value_and_grad",
    "kl_k3",
    "kl_k3_grad",
    "kl_k3_value_and_grad",
    "policy_gradient_loss",
    "policy_gradient_loss_grad",
    "policy_gradient_loss_value_and_grad",
    "ppo_clip",
    "ppo_clip_grad",
    "ppo_clip_value_and_grad",
    "td_errors",
    "td_targets",
    "value_loss",
    "value_loss_grad",
    "value_loss_value_and_grad",
]
