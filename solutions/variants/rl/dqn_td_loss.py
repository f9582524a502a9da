"""The loss of a DQN, in other words."""

import numpy as np


def _allowed(gamma, delta):
    if gamma < 0 or gamma > 1 or delta <= 0:
        raise ValueError("gamma or delta")


def dqn_td_loss__clip(actions, rewards, next_q_values, terminated, q_values, gamma=0.99, delta=1.0):
    _allowed(gamma, delta)
    y = rewards + gamma * np.max(next_q_values, axis=1) * ~terminated
    d = np.choose(actions, q_values.T) - y
    c = np.clip(d, -delta, delta)
    return np.mean(c * (d - c / 2))


def dqn_td_loss_grad__clip(
    actions, rewards, next_q_values, terminated, q_values, gamma=0.99, delta=1.0
):
    _allowed(gamma, delta)
    y = rewards + gamma * np.max(next_q_values, axis=1) * ~terminated
    c = np.clip(np.choose(actions, q_values.T) - y, -delta, delta)
    return np.where(actions[:, None] == np.arange(q_values.shape[1]), c[:, None], 0.0) / y.size


def _steps(actions, rewards, next_q_values, terminated, q_values, gamma):
    for i, a in enumerate(actions.tolist()):
        follows = 0.0 if terminated[i] else gamma * float(next_q_values[i].max())
        yield i, a, float(q_values[i, a]) - float(rewards[i]) - follows


def dqn_td_loss__loop(actions, rewards, next_q_values, terminated, q_values, gamma=0.99, delta=1.0):
    _allowed(gamma, delta)
    total = 0.0
    for _, _, d in _steps(actions, rewards, next_q_values, terminated, q_values, gamma):
        total += d * d / 2 if abs(d) < delta else delta * abs(d) - delta * delta / 2
    return total / len(actions)


def dqn_td_loss_grad__loop(
    actions, rewards, next_q_values, terminated, q_values, gamma=0.99, delta=1.0
):
    _allowed(gamma, delta)
    out = np.zeros(q_values.shape)
    for i, a, d in _steps(actions, rewards, next_q_values, terminated, q_values, gamma):
        out[i, a] = max(-delta, min(delta, d)) / len(actions)
    return out


def dqn_td_loss__onehot(
    actions, rewards, next_q_values, terminated, q_values, gamma=0.99, delta=1.0
):
    _allowed(gamma, delta)
    hot = np.eye(q_values.shape[1])[actions]
    y = np.array(rewards, float)
    y[~terminated] += gamma * np.amax(next_q_values[~terminated], axis=1)
    size = np.abs((hot * q_values).sum(axis=1) - y)
    inner = np.minimum(size, delta)
    return (inner**2 / 2 + delta * (size - inner)).mean()


def dqn_td_loss_grad__onehot(
    actions, rewards, next_q_values, terminated, q_values, gamma=0.99, delta=1.0
):
    _allowed(gamma, delta)
    hot = np.eye(q_values.shape[1])[actions]
    y = np.array(rewards, float)
    y[~terminated] += gamma * np.amax(next_q_values[~terminated], axis=1)
    return np.clip((q_values - y[:, None]) * hot, -delta, delta) / len(hot)
