import CanonicalJSON
package import Hosts

/// Takes back what a run changed on its hosts, from its undo journal: restores links, ends the
/// processes that the run started, then ends its relays. It touches nothing else, and may be run
/// any number of times.
///
/// What is on a host that is not at hand is left alone, and said so.
package struct Healer: Sendable {
  private let undos: [Undo]
  private let hosts: [any Host]
  /// What is wrong with lines of the journal, which are left out; for people.
  package let problems: [String]

  /// A healer of these hosts for the lines of an `undo.jsonl` called `path` in messages.
  package init(lines: [String], path: String, hosts: [any Host]) {
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
    self.hosts = hosts
    self.problems = problems
  }

  /// What `heal` did and what it could not do.
  package struct Outcome: Hashable, Sendable {
    /// One sentence a thing that was taken back.
    package var done: [String] = []
    /// One sentence a thing that is still there; empty when all is well.
    package var left: [String] = []
  }

  /// Takes everything back, host by host, on each in the order links, processes, relays.
  package func heal() async -> Outcome {
    var outcome = Outcome()
    for host in hosts {
      let own = undos.filter { $0.host == host.name }
      if own.isEmpty { continue }
      await HostHealer(host: host, undos: own).heal(&outcome)
    }
    for undo in undos where !hosts.contains(where: { $0.name == undo.host }) {
      outcome.left.append(
        "\(undo.what) was left alone: it is on the host \(undo.host), which is not at hand")
    }
    return outcome
  }
}

extension Undo {
  /// What the undo is about, for people.
  fileprivate var what: String {
    switch self {
    case .endMarked(let token, _): "whatever carries the mark \(token)"
    case .continueProcess(let process, let what): "\(what) (process \(process.pid), stopped)"
    case .endProcess(let process, let what): "\(what) (process \(process.pid))"
    case .healRelay(let socket, _): "the relay at \(socket), with its cut links,"
    case .endRelay(let socket, _): "the relay at \(socket)"
    }
  }
}
