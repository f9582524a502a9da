"""Other right answers on reinforcement learning."""
