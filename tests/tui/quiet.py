"""Waiting until an app has done all that it has to do now.

Textual's own wait asks whether the process has used the processor lately: that costs 40 ms a key, and on a busy
machine, where the process gets no processor, it ends before the work does. This one looks at the event loop.
"""

from __future__ import annotations

import asyncio
from time import process_time
from typing import Any

SOON = 0.03
"""Seconds: a timer due within them is waited for. Textual draws and lays out 60 times a second."""
PATIENCE = 10.0
"""Seconds to wait for an app that always has something to do."""
OTHERS = 1.0
"""Seconds to wait for threads that work."""
GLANCE = 0.003
"""Seconds to look at what threads do."""


async def wait_until_quiet(min_sleep: float = 0.0, max_sleep: float = PATIENCE) -> None:
    """Return when no callback is ready, no timer due and no thread of the process at work."""
    loop: Any = asyncio.get_running_loop()
    begun = loop.time()
    while (now := loop.time()) < begun + PATIENCE:
        await asyncio.sleep(0)
        if loop._ready:
            continue
        due = min((timer._when for timer in loop._scheduled if not timer._cancelled), default=now + 1)
        if due < now + SOON:
            await asyncio.sleep(max(due - now, 0))
            continue
        used = process_time()
        await asyncio.sleep(GLANCE)
        if (process_time() - used < GLANCE / 2 and not loop._ready) or loop.time() > begun + OTHERS:
            return
