"""What the shell asks the desktop beyond Qt: compositing, the focus, and when the screen has been repainted."""

from app.desktop._base import ShellDesktop

__all__ = ["ShellDesktop", "open_desktop"]


def open_desktop(platform_name: str) -> ShellDesktop:
    """Open the backend for Qt's platform (``QGuiApplication.platformName()``).

    Raises:
        agent.errors.WindowError: the display cannot be reached.
    """
    if platform_name == "xcb":
        from app.desktop._x11 import X11ShellDesktop

        return X11ShellDesktop()
    from app.desktop._plain import PlainShellDesktop

    return PlainShellDesktop()
