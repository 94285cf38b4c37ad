import CanonicalJSON
import Hosts
import Glibc
import Harness
import Relays

/// Takes back what a run changed on this machine, from its undo journal: restores links, ends the
/// processes that the run started, then ends its relays. It touches nothing else, and may be run
/// any number of times.
///
/// A process is the run's if its environment carries one of the journal's own marks; what a journal
/// says of any other is not believed.
package struct Healer: Sendable {
  private static let grace = Duration.seconds(5)
  private static let relayTimeout = Duration.seconds(5)
  private let undos: [Undo]
  private let host = LocalHost()
  /// What is wrong with lines of the journal, which are left out; for people.
  package let problems: [String]

  /// A healer for the lines of an `undo.jsonl` called `path` in messages.
  package init(lines: [String], path: String) {
    var undos: [Undo] = []
    var problems: [String] = []
    for (index, line) in lines.enumerated() {
      let place = "\(path):\(index + 1)"
      do throws(JSONError) {
        undos.append(try Undo(parsing: line, path: place))
      } catch {
        let text = error.description
        problems.append(text.hasPrefix(path) ? text : "\(place): \(text)")
      }
    }
    self.undos = undos
    self.problems = problems
  }

  /// What `heal` did and what it could not do.
  package struct Outcome: Hashable, Sendable {
    /// One sentence a thing that was taken back.
    package var done: [String] = []
    /// One sentence a thing that is still there; empty when all is well.
    package var left: [String] = []
  }

  /// Takes everything back, in the order links, processes, relays.
  package func heal() async -> Outcome {
    var outcome = Outcome()
    var sockets: [String] = []
    var tokens: [String] = []
    for undo in undos {
      switch undo {
      case .healRelay(let socket), .endRelay(let socket):
        if !sockets.contains(socket) { sockets.append(socket) }
      case .endMarked(let token): if !tokens.contains(token) { tokens.append(token) }
      case .continueProcess, .endProcess: break
      }
    }
    let own = tokens.flatMap { host.processes(marked: $0) }
    let (relays, relayProcesses) = await relays(among: sockets, own: own)
    for case .healRelay(let socket) in undos where relays.contains(socket) {
      await healRelay(socket, &outcome)
    }
    for case .continueProcess(let process, let what) in undos where own.contains(process) {
      if host.isStopped(process) == true, host.signal(process, SIGCONT) {
        outcome.done.append("let \(what) (process \(process.pid)) go on")
      }
    }
    for case .endProcess(let process, let what) in undos where !relayProcesses.contains(process.pid)
    {
      if own.contains(process) {
        await end(process, what, &outcome)
      } else if host.isAlive(process) {
        outcome.left.append(
          "process \(process.pid) (\(what)) carries none of the run's marks and was left alone")
      }
    }
    for socket in relays { await endRelay(socket, &outcome) }
    for token in tokens { await endMarked(token, &outcome) }
    return outcome
  }

  /// The sockets at which a relay of the run answers, and the relays' processes.
  private func relays(
    among sockets: [String], own: [ProcessIdentity]
  ) async -> (sockets: [String], processes: [Int32]) {
    let answers = await onOwnThread {
      sockets.compactMap { socket in
        (try? RelayControl(path: socket, timeout: Self.relayTimeout).identity().process)
          .map { (socket: socket, process: $0) }
      }
    }
    let known = answers.filter { answer in own.contains { $0.pid == answer.process } }
    return (known.map(\.socket), known.map(\.process))
  }

  private func healRelay(_ socket: String, _ outcome: inout Outcome) async {
    let healed = await onOwnThread {
      (try? RelayControl(path: socket, timeout: Self.relayTimeout).healAll()) != nil
    }
    if healed { outcome.done.append("restored all links of the relay at \(socket)") }
  }

  private func end(_ process: ProcessIdentity, _ what: String, _ outcome: inout Outcome) async {
    guard host.isAlive(process) else { return }
    // A stopped process does not see SIGTERM until it goes on.
    _ = host.signal(process, SIGCONT)
    if await host.end(process, grace: Self.grace) {
      outcome.done.append("ended \(what) (process \(process.pid))")
    } else {
      outcome.left.append("\(what) (process \(process.pid)) does not end, even on SIGKILL")
    }
  }

  private func endRelay(_ socket: String, _ outcome: inout Outcome) async {
    let ended = await onOwnThread {
      (try? RelayControl(path: socket, timeout: Self.relayTimeout).shutdown()) != nil
    }
    if ended { outcome.done.append("ended the relay at \(socket)") }
  }

  private func endMarked(_ token: String, _ outcome: inout Outcome) async {
    let found = host.processes(marked: token)
    if found.isEmpty { return }
    let left = await host.endMarked(token, grace: Self.grace, timeout: Self.grace * 2)
    outcome.left.append(contentsOf: left)
    if left.isEmpty {
      outcome.done.append("ended \(found.count) more processes that the run had started")
    }
  }
}
