"""Simulators of finite networks, particles and algorithms. Arrays in, arrays out; no closed form to confirm."""
