"""A cupsd of one's own: own configuration, spool, logs and socket; the machine's queues are never touched."""

from __future__ import annotations

import shutil
from pathlib import Path
from time import monotonic, sleep

import cups

from drivers.laser_printer.private_process import PrivateProcess
from drivers.laser_printer.stop_queues import stop_queues

CUPSD = Path("/usr/sbin/cupsd")
SERVER_BIN = Path("/usr/lib/cups")
READY_LIMIT_S = 15.0  # measured 0.1 s; a loaded CI machine is given its time
# Points with their fraction: rounded ones become 297.04 mm, and the printer refuses a size that it does not have.
PPD_POINTS = {"iso_a3_297x420mm": ("A3", "841.89", "1190.55"), "iso_a4_210x297mm": ("A4", "595.28", "841.89")}


def write_configuration(root: Path, socket: Path) -> None:
    """Everything cupsd reads and every folder it writes, below ``root``."""
    for folder in ("etc/ppd", "cache", "state", "spool/tmp", "bin/backend", "log"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    # A copy runs by a path that no AppArmor profile of the system's cupsd names, so it may use its own folders.
    _copy(CUPSD, root / "bin" / "cupsd")
    # Mode 0700: cupsd runs such a back end as itself, whether it is root or an ordinary user.
    _copy(SERVER_BIN / "backend" / "ipp", root / "bin" / "backend" / "ipp")
    for name in ("daemon", "filter"):  # daemon: cups-exec, through which cupsd starts every back end
        link = root / "bin" / name
        if not link.exists():
            link.symlink_to(SERVER_BIN / name)
    (root / "etc" / "cupsd.conf").write_text(
        f"""Listen {socket}
LogLevel warn
MaxLogSize 0
Browsing No
DefaultShared No
WebInterface No
DefaultAuthType None
# The history tells after a crash what became of a job; its file would be a resident's licence in the spool.
PreserveJobHistory Yes
PreserveJobFiles No
# Jobs and queues are on disk at once. By default they follow after 30 s: a cupsd killed before that forgets its job,
# leaves the document in the spool and gives the same job number to the next one (measured on 2.4.2).
DirtyCleanInterval 0
ErrorPolicy stop-printer
<Location />
  Order allow,deny
  Allow all
</Location>
<Policy default>
  JobPrivateAccess all
  JobPrivateValues none
  SubscriptionPrivateAccess all
  SubscriptionPrivateValues none
  <Limit All>
    Order deny,allow
  </Limit>
</Policy>
""",
        encoding="ascii",
    )
    (root / "etc" / "cups-files.conf").write_text(
        f"""ServerRoot {root}/etc
ServerBin {root}/bin
DataDir /usr/share/cups
DocumentRoot /usr/share/cups/doc-root
CacheDir {root}/cache
StateDir {root}/state
RequestRoot {root}/spool
TempDir {root}/spool/tmp
AccessLog {root}/log/access_log
ErrorLog {root}/log/error_log
PageLog {root}/log/page_log
FileDevice No
""",
        encoding="utf-8",
    )


def start(root: Path, socket: Path) -> PrivateProcess:
    """Start it and wait until it answers. Raises RuntimeError naming the log."""
    socket.unlink(missing_ok=True)
    stop_queues(root / "etc" / "printers.conf")
    arguments = [str(root / "bin" / "cupsd"), "-f", "-c", f"{root}/etc/cupsd.conf", "-s", f"{root}/etc/cups-files.conf"]
    process = PrivateProcess("cupsd", arguments, root / "log" / "cupsd.out")
    deadline = monotonic() + READY_LIMIT_S
    while True:
        try:
            cups.Connection(host=str(socket)).getPrinters()
        except (RuntimeError, cups.IPPError):
            if process.running() and monotonic() < deadline:
                sleep(0.05)  # polling, with a limit: cupsd announces nothing
                continue
            process.stop()
            raise RuntimeError(f"cupsd did not start; see {root / 'log'}") from None
        return process


def add_queue(socket: Path, name: str, uri: str, media: str, ppd: Path) -> None:
    """A queue that hands PDFs on byte for byte: the filter is ``-``, so PDF/A and its signature survive."""
    ppd.write_text(_ppd(media), encoding="ascii")
    connection = cups.Connection(host=str(socket))
    connection.addPrinter(name, device=uri, filename=str(ppd))
    connection.acceptJobs(name)
    connection.enablePrinter(name)


def _copy(source: Path, target: Path) -> None:
    shutil.copyfile(source, target)
    target.chmod(0o700)


def _ppd(media: str) -> str:
    """Our own, with SNMP off: CUPS would wait 4 s before each job (measured) for levels that IPP tells anyway."""
    size, width, length = PPD_POINTS[media]
    code = f'"<</PageSize[{width} {length}]>>setpagedevice"'
    return f"""*PPD-Adobe: "4.3"
*FormatVersion: "4.3"
*FileVersion: "1.0"
*LanguageVersion: English
*LanguageEncoding: ISOLatin1
*PCFileName: "LICENCE.PPD"
*Manufacturer: "Kiosk"
*Product: "(Licence Printer {size})"
*ModelName: "Licence Printer {size}"
*ShortNickName: "Licence Printer {size}"
*NickName: "Licence Printer {size}, PDF passed through"
*PSVersion: "(3010.000) 550"
*LanguageLevel: "3"
*ColorDevice: False
*DefaultColorSpace: Gray
*FileSystem: False
*cupsVersion: 2.4
*cupsFilter2: "application/pdf application/pdf 0 -"
*cupsSNMPSupplies: False
*OpenUI *PageSize/Media Size: PickOne
*OrderDependency: 10 AnySetup *PageSize
*DefaultPageSize: {size}
*PageSize {size}/{size}: {code}
*CloseUI: *PageSize
*OpenUI *PageRegion/Media Size: PickOne
*OrderDependency: 10 AnySetup *PageRegion
*DefaultPageRegion: {size}
*PageRegion {size}/{size}: {code}
*CloseUI: *PageRegion
*OpenUI *InputSlot/Tray: PickOne
*OrderDependency: 10 AnySetup *InputSlot
*DefaultInputSlot: Main
*InputSlot Main/Main: "<</MediaPosition 0>>setpagedevice"
*CloseUI: *InputSlot
*DefaultImageableArea: {size}
*ImageableArea {size}/{size}: "0 0 {width} {length}"
*DefaultPaperDimension: {size}
*PaperDimension {size}/{size}: "{width} {length}"
"""
