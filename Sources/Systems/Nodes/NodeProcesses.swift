package import Environment
package import Harness
package import Hosts
package import Operations
import Synchronization

/// The processes of a run's nodes, and of what the nodes need: started, signalled, watched, ended.
///
/// Written once for every system and every host. A process carries the run's mark and has its end
/// in the journal as soon as it runs. Whatever waits here waits on the clock that was handed in, or
/// on the host; a task that is cancelled gives up a boot, but ends processes all the same.
package final class NodeProcesses: Sendable {
  /// The nodes in order.
  package let nodes: [NodeID]
  let clock: any RunClock
  let journal: any UndoJournal
  let bootDeadline: Duration
  let state = Mutex(State())
  private let programs: [NodeID: NodeProgram]
  private let hosts: [any Host]
  let token: String

  /// What changes while the run lasts.
  struct State {
    /// Nothing more may be started.
    var isStopping = false
    /// What is being started at this moment.
    var starting: Set<String> = []
    var nodes: [NodeID: ProcessIdentity] = [:]
    var auxiliaries: [Auxiliary] = []
    /// How long each node's log was when the logs were marked last, in bytes.
    var marks: [NodeID: Int] = [:]
  }

  /// A process that belongs to no node.
  struct Auxiliary {
    var host: any Host
    var identity: ProcessIdentity
  }

  /// Nothing runs yet. `hosts` are those of the nodes and of all auxiliaries; `bootDeadline` is how
  /// long a boot may last before it is taken for hung.
  package init(
    programs: [NodeID: NodeProgram], hosts: [any Host], token: String, journal: any UndoJournal,
    bootDeadline: Duration, clock: any RunClock
  ) {
    nodes = programs.keys.sorted()
    self.programs = programs
    self.hosts = hosts
    self.token = token
    self.journal = journal
    self.bootDeadline = bootDeadline
    self.clock = clock
  }

  /// Journals the mark of the run for every host, then makes the nodes' directories.
  package func prepare() async throws(SystemFailure) {
    for host in hosts { try journal.add(.endMarked(token: token, host: host.name)) }
    for node in nodes {
      let program = try program(of: node)
      for directory in program.directories { try await program.host.makeDirectory(directory) }
    }
  }

  /// Starts a process that belongs to no node; `stop` ends them in the order of their starts.
  @discardableResult
  package func startAuxiliary(
    _ daemon: Daemon, as what: String, on host: any Host
  ) async throws(SystemFailure) -> ProcessIdentity {
    try await start(daemon, as: what, on: host) { (state, identity) in
      state.auxiliaries.append(Auxiliary(host: host, identity: identity))
    }
  }

  /// Starts a node's process, which boots in the background.
  package func start(_ node: NodeID) async throws(SystemFailure) {
    let program = try program(of: node)
    try await start(program.daemon, as: "\(node)", on: program.host) { (state, identity) in
      state.nodes[node] = identity
    }
  }

  /// Throws once the run is being stopped.
  package func checkGoingOn() throws(SystemFailure) {
    guard !state.withLock({ $0.isStopping }) else {
      throw SystemFailure(.failed, "the system is being stopped")
    }
  }

  /// The end of a file on `host`, for messages.
  package func told(by path: String, on host: any Host) async -> String {
    let lines = (try? await host.lastLines(of: path, count: 3)) ?? []
    return lines.isEmpty ? "nothing in \(path)" : lines.joined(separator: " / ") + " (\(path))"
  }

  /// Does `work` for all nodes at the same time; throws the first failure in order of the nodes.
  package func forEachNode(
    _ work: @escaping @Sendable (NodeID) async throws(SystemFailure) -> Void
  ) async throws(SystemFailure) {
    let failures = await withTaskGroup(of: (NodeID, SystemFailure?).self) { group in
      for node in nodes {
        group.addTask {
          do throws(SystemFailure) {
            try await work(node)
            return (node, nil)
          } catch {
            return (node, error)
          }
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    for (_, failure) in failures.sorted(by: { $0.0 < $1.0 }) {
      if let failure { throw failure }
    }
  }

  func program(of node: NodeID) throws(SystemFailure) -> NodeProgram {
    guard let program = programs[node] else {
      throw SystemFailure(.failed, "there is no node \(node)")
    }
    return program
  }

  /// Starts a process unless the run is being stopped, keeps its identity and journals its end.
  ///
  /// The slot is taken under the lock, the start takes place outside: it may take a while. `stop`
  /// waits for the slots, so that it knows of the process, or finds that it was ended here.
  @discardableResult
  private func start(
    _ daemon: Daemon, as what: String, on host: any Host,
    keep: @Sendable (inout State, ProcessIdentity) -> Void
  ) async throws(SystemFailure) -> ProcessIdentity {
    try take(what)
    defer { state.withLock { _ = $0.starting.remove(what) } }
    var marked = daemon
    marked.environment[LocalHost.marker] = token
    let identity = try await host.spawn(marked)
    let isWanted = state.withLock { state in
      if !state.isStopping { keep(&state, identity) }
      return !state.isStopping
    }
    guard isWanted else {
      _ = try await host.end(identity, grace: .zero)
      throw SystemFailure(.failed, "the system was stopped while \(what) was started")
    }
    try journal.add(.endProcess(identity, what: what))
    return identity
  }

  private func take(_ what: String) throws(SystemFailure) {
    try state.withLock { (state) throws(SystemFailure) in
      guard !state.isStopping else {
        throw SystemFailure(.failed, "the system was stopped before \(what) was started")
      }
      guard state.starting.insert(what).inserted else {
        throw SystemFailure(.failed, "\(what) is being started already")
      }
    }
  }
}

extension NodeProcesses {
  /// How long the nodes may take to end by themselves, so that their logs are complete.
  private static let nodeGrace = Duration.seconds(5)
  private static let auxiliaryGrace = Duration.seconds(2)
  /// How long a start that is under way may hold up the end.
  private static let startTimeout = Duration.seconds(10)

  /// Ends the nodes, then the auxiliaries in the order of their starts, then whatever else carries
  /// the run's mark. May be called at any time, also during a start, and again.
  ///
  /// Returns what still runs, for people.
  package func stop() async -> [String] {
    state.withLock { $0.isStopping = true }
    await awaitStarts()
    let running = state.withLock { $0 }
    await withTaskGroup(of: Void.self) { group in
      for node in nodes {
        guard let identity = running.nodes[node], let host = programs[node]?.host else { continue }
        // What cannot be ended here is among what is left below.
        group.addTask { _ = try? await host.end(identity, grace: Self.nodeGrace) }
      }
    }
    for auxiliary in running.auxiliaries {
      _ = try? await auxiliary.host.end(auxiliary.identity, grace: Self.auxiliaryGrace)
    }
    var left: [String] = []
    for host in hosts {
      do throws(SystemFailure) {
        left += try await host.endMarked(token, grace: .seconds(1))
      } catch {
        left.append("what runs on \(host.name) is not known: \(error)")
      }
    }
    return left
  }

  private func awaitStarts() async {
    let deadline = clock.now() + Self.startTimeout
    while !state.withLock({ $0.starting.isEmpty }), clock.now() < deadline {
      // A cancelled task does not wait: who starts something ends it by himself.
      guard (try? await clock.sleep(for: .milliseconds(5))) != nil else { return }
    }
  }
}
