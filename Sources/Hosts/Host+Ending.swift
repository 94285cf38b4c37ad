package import Environment
import Glibc

extension Host {
  /// How long the kernel may take to end a process after SIGKILL.
  private var killTimeout: Duration { .seconds(10) }
  /// How many times marked processes are looked for; with two seconds a time.
  private var mostLooks: Int { 10 }
  /// A process between fork and exec can be missed by one look, hardly by three.
  private var emptyLooks: Int { 3 }

  /// Waits until the process is over; false if it still runs after `timeout`.
  package func awaitExit(
    _ identity: ProcessIdentity, timeout: Duration
  ) async throws(SystemFailure) -> Bool {
    try await awaitExit(of: [identity], timeout: timeout).isEmpty
  }

  /// Ends a process with SIGTERM and, if it still runs after `grace`, with SIGKILL; false if even
  /// that did not end it. Without `grace` it is killed at once.
  package func end(
    _ identity: ProcessIdentity, grace: Duration
  ) async throws(SystemFailure) -> Bool {
    if grace > .zero, try await signal(identity, SIGTERM),
      try await awaitExit(identity, timeout: grace)
    {
      return true
    }
    try await signal(identity, SIGKILL)
    return try await awaitExit(identity, timeout: killTimeout)
  }

  /// Ends all processes marked with `token`, with SIGTERM and after `grace` with SIGKILL, until
  /// some looks in a row find none; returns what is left after ten, for people.
  package func endMarked(
    _ token: String, grace: Duration
  ) async throws(SystemFailure) -> [String] {
    var signal = grace > .zero ? SIGTERM : SIGKILL
    var empty = 0
    var left: [ProcessIdentity] = []
    for _ in 0..<mostLooks {
      left = try await processes(marked: token)
      empty = left.isEmpty ? empty + 1 : 0
      if empty == emptyLooks { return [] }
      if left.isEmpty { continue }
      for identity in left { try await self.signal(identity, signal) }
      let timeout = signal == SIGTERM ? grace : .seconds(2)
      _ = try await awaitExit(of: left, timeout: timeout)
      signal = SIGKILL
    }
    var texts: [String] = []
    for identity in left { texts.append(try await describe(identity)) }
    return texts
  }

  /// A process for people: its number, its command line, and its host if that is another one.
  package func describe(_ identity: ProcessIdentity) async throws(SystemFailure) -> String {
    let bytes = try await read("/proc/\(identity.pid)/cmdline", from: 0, limit: 4096) ?? []
    let line = commandLine(bytes) ?? "unknown"
    let place = name == LocalHost.localName ? "" : " on \(name)"
    return "process \(identity.pid)\(place): \(line)"
  }
}

/// The words of /proc/<pid>/cmdline as one line of at most 120 characters; nil if there are none.
func commandLine(_ bytes: [UInt8]) -> String? {
  let words = bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
  guard !words.isEmpty else { return nil }
  let line = words.joined(separator: " ")
  return line.count <= 120 ? line : line.prefix(117) + "..."
}
