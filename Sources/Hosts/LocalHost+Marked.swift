import Glibc

extension LocalHost {
  /// The variable by which the processes of a run are known.
  package static let marker = "STOAT_RUN"
  private static let longestEnvironment = 1 << 20

  /// The running processes of this user whose environment carries `STOAT_RUN=token`, by number.
  package func processes(marked token: String) -> [ProcessIdentity] {
    let wanted = Array("\(Self.marker)=\(token)".utf8)
    let own = getpid()
    var found: [ProcessIdentity] = []
    for name in directoryEntries("/proc") {
      guard let pid = Int32(name), pid != own, isOwn(pid), let identity = identity(of: pid),
        let environment = readBytes("/proc/\(pid)/environ", limit: Self.longestEnvironment),
        environment.split(separator: 0).contains(where: { $0.elementsEqual(wanted) }),
        isAlive(identity)
      else { continue }
      found.append(identity)
    }
    return found.sorted { $0.pid < $1.pid }
  }

  private func isOwn(_ pid: Int32) -> Bool {
    var information = stat()
    return stat("/proc/\(pid)", &information) == 0 && information.st_uid == geteuid()
  }
}
