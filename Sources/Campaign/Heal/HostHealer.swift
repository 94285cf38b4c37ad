import Environment
import Glibc
import Hosts
import Relays

/// Takes back what a run changed on one host.
///
/// A process is the run's if its environment carries one of the journal's own marks; what a journal
/// says of any other is not believed. Relays are asked to restore their links on this machine,
/// where their sockets are; on another host they end with the run's other processes.
struct HostHealer {
  private static let grace = Duration.seconds(5)
  private static let relayTimeout = Duration.seconds(5)
  let host: any Host
  let undos: [Undo]

  /// Takes everything back; a host that does not answer is left as it is, and said so.
  func heal(_ outcome: inout Healer.Outcome) async {
    do throws(SystemFailure) {
      try await healInOrder(&outcome)
    } catch {
      outcome.left.append("the rest on the host \(host.name) was left alone: \(error)")
    }
  }

  private func healInOrder(_ outcome: inout Healer.Outcome) async throws(SystemFailure) {
    var own: [ProcessIdentity] = []
    for token in tokens { own += try await host.processes(marked: token) }
    let (relays, relayProcesses) = await relays(own: own)
    for case .healRelay(let socket, _) in undos where relays.contains(socket) {
      await healRelay(socket, &outcome)
    }
    for case .continueProcess(let process, let what) in undos where own.has(process) {
      if try await host.state(of: process) == .stopped, try await host.signal(process, SIGCONT) {
        outcome.done.append("let \(what) (\(number(process))) go on")
      }
    }
    for case .endProcess(let process, let what) in undos where !relayProcesses.contains(process.pid)
    {
      if own.has(process) {
        try await end(process, what, &outcome)
      } else if try await host.state(of: process) != .over {
        outcome.left.append(
          "\(number(process)) (\(what)) carries none of the run's marks and was left alone")
      }
    }
    for socket in relays { await endRelay(socket, &outcome) }
    for token in tokens { try await endMarked(token, &outcome) }
  }

  private var tokens: [String] {
    undos.reduce(into: []) { tokens, undo in
      guard case .endMarked(let token, _) = undo, !tokens.contains(token) else { return }
      tokens.append(token)
    }
  }

  private var sockets: [String] {
    guard host.name == LocalHost.localName else { return [] }
    return undos.reduce(into: []) { sockets, undo in
      switch undo {
      case .healRelay(let socket, _), .endRelay(let socket, _):
        if !sockets.contains(socket) { sockets.append(socket) }
      case .endMarked, .continueProcess, .endProcess: break
      }
    }
  }

  private func number(_ process: ProcessIdentity) -> String {
    let place = host.name == LocalHost.localName ? "" : " on \(host.name)"
    return "process \(process.pid)\(place)"
  }

  /// The sockets at which a relay of the run answers, and the relays' processes.
  private func relays(own: [ProcessIdentity]) async -> (sockets: [String], processes: [Int32]) {
    let sockets = sockets
    let answers = await onOwnThread {
      sockets.compactMap { socket in
        (try? RelayControl(path: socket, timeout: Self.relayTimeout).identity().process)
          .map { (socket: socket, process: $0) }
      }
    }
    let known = answers.filter { answer in own.contains { $0.pid == answer.process } }
    return (known.map(\.socket), known.map(\.process))
  }

  private func healRelay(_ socket: String, _ outcome: inout Healer.Outcome) async {
    let healed = await onOwnThread {
      (try? RelayControl(path: socket, timeout: Self.relayTimeout).healAll()) != nil
    }
    if healed { outcome.done.append("restored all links of the relay at \(socket)") }
  }

  private func end(
    _ process: ProcessIdentity, _ what: String, _ outcome: inout Healer.Outcome
  ) async throws(SystemFailure) {
    guard try await host.state(of: process) != .over else { return }
    // A stopped process does not see SIGTERM until it goes on.
    try await host.signal(process, SIGCONT)
    if try await host.end(process, grace: Self.grace) {
      outcome.done.append("ended \(what) (\(number(process)))")
    } else {
      outcome.left.append("\(what) (\(number(process))) does not end, even on SIGKILL")
    }
  }

  private func endRelay(_ socket: String, _ outcome: inout Healer.Outcome) async {
    let ended = await onOwnThread {
      (try? RelayControl(path: socket, timeout: Self.relayTimeout).shutdown()) != nil
    }
    if ended { outcome.done.append("ended the relay at \(socket)") }
  }

  private func endMarked(
    _ token: String, _ outcome: inout Healer.Outcome
  ) async throws(SystemFailure) {
    let found = try await host.processes(marked: token)
    if found.isEmpty { return }
    let left = try await host.endMarked(token, grace: Self.grace)
    outcome.left.append(contentsOf: left)
    if left.isEmpty {
      outcome.done.append("ended \(found.count) more processes that the run had started")
    }
  }
}

extension [ProcessIdentity] {
  /// Whether the process is among these, which are of one host, whatever it is called there.
  fileprivate func has(_ process: ProcessIdentity) -> Bool {
    contains {
      $0.pid == process.pid && $0.startTicks == process.startTicks && $0.bootID == process.bootID
    }
  }
}
