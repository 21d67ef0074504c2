"""A document camera (高拍仪) that is a UVC device, a video file or an MJPEG address."""

from __future__ import annotations

from drivers.camera.uvc import UvcCamera
from drivers.document_camera.page import page_jpeg


class UvcDocumentCamera(UvcCamera):
    """The camera of drivers/camera/uvc.py with one verb more."""

    def __init__(self, port: str, width: int, height: int) -> None:
        super().__init__(port, width, height, kind="document_camera")

    def capture(self) -> bytes:
        """The page on the desk, straightened, as JPEG. Raises what DocumentCamera.capture says."""
        return page_jpeg(self.frame())


def create(port: str, width: int = 2592, height: int = 1944) -> UvcDocumentCamera:
    """``port`` as for drivers/camera/uvc.py; the size is a wish to a real camera: 5 megapixels read an A4 page well."""
    return UvcDocumentCamera(port, width, height)
