package import CanonicalJSON
import Control
import Glibc
import Harness
import Network

/// Takes back what a run changed on this machine, from its undo journal: restores links, ends the
/// processes that the run started, then ends its relays. It touches nothing else, and may be run
/// any number of times.
package struct Healer: Sendable {
  private static let grace = Duration.seconds(5)
  private static let relayTimeout = Duration.seconds(5)
  private let undos: [Undo]
  private let host = LocalHost()

  /// A healer for the lines of an `undo.jsonl` called `path` in messages.
  ///
  /// The last line may be torn by a crash: it was then never acted upon, and is left out.
  package init(lines: [String], path: String) throws(JSONError) {
    var undos: [Undo] = []
    for (index, line) in lines.enumerated() {
      try undos.append(Undo(parsing: line, path: "\(path):\(index + 1)"))
    }
    self.undos = undos
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
    var relays: [String] = []
    var tokens: [String] = []
    for undo in undos {
      switch undo {
      case .healRelay(let socket): await healRelay(socket, &outcome)
      case .endRelay(let socket): if !relays.contains(socket) { relays.append(socket) }
      case .endMarked(let token): if !tokens.contains(token) { tokens.append(token) }
      case .continueProcess(let process, let what):
        if host.isStopped(process) == true, host.signal(process, SIGCONT) {
          outcome.done.append("let \(what) (process \(process.pid)) go on")
        }
      case .endProcess: break
      }
    }
    let relayProcesses = await processes(of: relays)
    for case .endProcess(let process, let what) in undos where !relayProcesses.contains(process.pid)
    {
      await end(process, what, &outcome)
    }
    for socket in relays { await endRelay(socket, &outcome) }
    for token in tokens { await endMarked(token, &outcome) }
    return outcome
  }

  private func processes(of relays: [String]) async -> [Int32] {
    await onOwnThread {
      relays.compactMap { socket in
        try? RelayControl(path: socket, timeout: Self.relayTimeout).identity().process
      }
    }
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
