import Glibc
package import Harness

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

  /// Ends all processes marked with `token`, with SIGTERM and after `grace` with SIGKILL, until two
  /// looks in a row find none; returns what is left after `timeout`, for people.
  package func endMarked(_ token: String, grace: Duration, timeout: Duration) async -> [String] {
    let start = ContinuousClock.now
    var emptyLooks = 0
    while emptyLooks < 2 {
      let left = processes(marked: token)
      // A process between fork and exec can be missed by one look, hardly by two.
      emptyLooks = left.isEmpty ? emptyLooks + 1 : 0
      let age = ContinuousClock.now - start
      if !left.isEmpty && age >= timeout {
        return left.map { "process \($0.pid): \(commandLine(of: $0.pid))" }
      }
      for identity in left { signal(identity, age < grace ? SIGTERM : SIGKILL) }
      await pause(.milliseconds(left.isEmpty ? 5 : 50))
    }
    return []
  }

  private func isOwn(_ pid: Int32) -> Bool {
    var information = stat()
    return stat("/proc/\(pid)", &information) == 0 && information.st_uid == geteuid()
  }
}
