package import Environment
import Glibc
package import Harness
package import Hosts
import Synchronization

/// What a process of a scripted host does; by default it runs until it is told to end.
package struct ScriptedProcess: Sendable {
  /// The port that it opens, and how long after its start; nil for none.
  package var opensPort: (port: Int, after: Duration)?
  /// When it ends by itself, after its start; nil for never.
  package var endsAfter: Duration?
  /// What it writes to its output when it starts.
  package var says: String
  /// How long it takes to end after SIGTERM; nil if it ignores that.
  package var termTime: Duration?
  /// Whether it goes on even after SIGKILL, as one does that waits for a broken disk.
  package var survivesKill: Bool

  /// A process.
  package init(
    opensPort: (port: Int, after: Duration)? = nil, endsAfter: Duration? = nil, says: String = "",
    termTime: Duration? = .zero, survivesKill: Bool = false
  ) {
    self.opensPort = opensPort
    self.endsAfter = endsAfter
    self.says = says
    self.termTime = termTime
    self.survivesKill = survivesKill
  }
}

/// A host without a machine: its processes follow scripts, on the clock that it was given.
package final class ScriptedHost: Host {
  /// The name under which it is known.
  package let name: String
  private let clock: any RunClock
  private let script: @Sendable (Daemon, Int) -> ScriptedProcess
  private let duringSpawn: @Sendable (Daemon) async -> Void
  private let state = Mutex(State())

  fileprivate struct State {
    var processes: [Process] = []
    var files: [String: [UInt8]] = [:]
    var directories: Set<String> = []
    var starts: [String: Int] = [:]
    var signals: [(pid: Int32, signal: Int32)] = []
    var refusal: SystemFailure?
  }

  fileprivate struct Process {
    var identity: ProcessIdentity
    var script: ScriptedProcess
    var command: String
    var mark: String?
    var start: Instant
    var end: Instant?
    var isStopped = false
    /// SIGTERM came while it stood still.
    var isTermPending = false
  }

  /// A host on which the nth start (from 1) of a daemon, counted by its output file, becomes
  /// `script(daemon, n)`. `duringSpawn` takes place while the caller waits for a start.
  package init(
    name: String = LocalHost.localName, clock: any RunClock,
    duringSpawn: @escaping @Sendable (Daemon) async -> Void = { _ in },
    script: @escaping @Sendable (Daemon, Int) -> ScriptedProcess
  ) {
    self.name = name
    self.clock = clock
    self.duringSpawn = duringSpawn
    self.script = script
  }

  /// From now on every call throws this; nil to answer again.
  package func refuse(_ failure: SystemFailure?) { state.withLock { $0.refusal = failure } }

  /// The signals that reached a process, in order.
  package var signals: [(pid: Int32, signal: Int32)] { state.withLock { $0.signals } }

  /// The directories that were made.
  package var directories: Set<String> { state.withLock { $0.directories } }

  /// The processes that are not over.
  package var running: [ProcessIdentity] {
    let now = clock.now()
    return state.withLock { state in
      state.processes.filter { !$0.isOver(now) }.map(\.identity)
    }
  }

  /// Appends to a file.
  package func append(_ text: String, to path: String) {
    state.withLock { $0.files[path, default: []] += Array(text.utf8) }
  }

  private func locked<Value>(
    _ body: (inout State) throws(SystemFailure) -> Value
  ) throws(SystemFailure) -> Value {
    let result = state.withLock { state -> Result<Value, SystemFailure> in
      do throws(SystemFailure) {
        if let refusal = state.refusal { throw refusal }
        return .success(try body(&state))
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }
}

extension ScriptedHost.Process {
  fileprivate func isOver(_ now: Instant) -> Bool { end.map { $0 <= now } ?? false }

  fileprivate mutating func terminate(_ now: Instant) {
    guard let time = script.termTime else { return }
    end = min(end ?? now + time, now + time)
  }
}

extension ScriptedHost {
  /// A machine with one processor.
  package func facts() async throws(SystemFailure) -> HostFacts {
    try locked { (_) throws(SystemFailure) in
      HostFacts(kernel: "Script", processors: 1, bootID: "boot")
    }
  }

  /// Prints the command's arguments.
  package func run(
    _ command: Command, timeout: Duration
  ) async throws(SystemFailure) -> CommandResult {
    try locked { (_) throws(SystemFailure) in
      CommandResult(
        ending: .exited(0), output: command.arguments.joined(separator: " "), errors: "")
    }
  }

  /// Starts a process of the script.
  package func spawn(_ daemon: Daemon) async throws(SystemFailure) -> ProcessIdentity {
    guard daemon.executable.hasPrefix("/") else {
      throw SystemFailure(.unavailable, "could not start \(daemon.executable): no such file")
    }
    await duringSpawn(daemon)
    let now = clock.now()
    return try locked { (state) throws(SystemFailure) in
      state.starts[daemon.output, default: 0] += 1
      let script = script(daemon, state.starts[daemon.output, default: 0])
      let identity = ProcessIdentity(
        pid: Int32(1_000 + state.processes.count), startTicks: UInt64(now.nanoseconds),
        bootID: "boot", host: name)
      state.files[daemon.output, default: []] += Array(script.says.utf8)
      let command = ([daemon.executable] + daemon.arguments).joined(separator: "\0")
      state.files["/proc/\(identity.pid)/cmdline"] = Array(command.utf8)
      state.processes.append(
        Process(
          identity: identity, script: script, command: command,
          mark: daemon.environment[LocalHost.marker], start: now,
          end: script.endsAfter.map { now + $0 }))
      return identity
    }
  }

  /// Delivers a signal as a kernel would.
  @discardableResult
  package func signal(
    _ identity: ProcessIdentity, _ signal: Int32
  ) async throws(SystemFailure) -> Bool {
    let now = clock.now()
    return try locked { (state) throws(SystemFailure) in
      guard let place = state.processes.firstIndex(where: { $0.identity == identity }),
        !state.processes[place].isOver(now)
      else { return false }
      state.signals.append((identity.pid, signal))
      switch signal {
      case SIGKILL:
        if !state.processes[place].script.survivesKill { state.processes[place].end = now }
      case SIGSTOP: state.processes[place].isStopped = true
      case SIGCONT:
        state.processes[place].isStopped = false
        if state.processes[place].isTermPending { state.processes[place].terminate(now) }
      case SIGTERM where state.processes[place].isStopped:
        state.processes[place].isTermPending = true
      case SIGTERM: state.processes[place].terminate(now)
      default: break
      }
      return true
    }
  }

  /// What the process does at this instant.
  package func state(of identity: ProcessIdentity) async throws(SystemFailure) -> ProcessState {
    let now = clock.now()
    return try locked { (state) throws(SystemFailure) in
      guard let process = state.processes.first(where: { $0.identity == identity }),
        !process.isOver(now)
      else { return .over }
      return process.isStopped ? .stopped : .running
    }
  }

  /// Lets time pass until all are over.
  package func awaitExit(
    of identities: [ProcessIdentity], timeout: Duration
  ) async throws(SystemFailure) -> [ProcessIdentity] {
    let deadline = clock.now() + timeout
    while true {
      var left: [ProcessIdentity] = []
      for identity in identities where try await state(of: identity) != .over {
        left.append(identity)
      }
      guard !left.isEmpty, clock.now() < deadline,
        (try? await clock.sleep(for: .milliseconds(10))) != nil
      else { return left }
    }
  }

  /// The processes with the mark.
  package func processes(
    marked token: String
  ) async throws(SystemFailure) -> [ProcessIdentity] {
    let now = clock.now()
    return try locked { (state) throws(SystemFailure) in
      state.processes.filter { $0.mark == token && !$0.isOver(now) }.map(\.identity)
    }
  }

  /// Keeps a file.
  package func write(
    _ text: String, to path: String, mode: UInt32
  ) async throws(SystemFailure) {
    try locked { (state) throws(SystemFailure) in state.files[path] = Array(text.utf8) }
  }

  /// Part of a file that was kept.
  package func read(
    _ path: String, from start: Int, limit: Int
  ) async throws(SystemFailure) -> [UInt8]? {
    try locked { (state) throws(SystemFailure) in
      state.files[path].map { Array($0.dropFirst(start).prefix(limit)) }
    }
  }

  /// The size of a file that was kept.
  package func size(of path: String) async throws(SystemFailure) -> Int? {
    try locked { (state) throws(SystemFailure) in state.files[path]?.count }
  }

  /// Notes a directory.
  package func makeDirectory(_ path: String) async throws(SystemFailure) {
    try locked { (state) throws(SystemFailure) in _ = state.directories.insert(path) }
  }

  /// Forgets what is at or below a path.
  package func remove(_ path: String) async throws(SystemFailure) {
    try locked { (state) throws(SystemFailure) in
      state.directories = state.directories.filter { $0 != path && !$0.hasPrefix("\(path)/") }
      state.files = state.files.filter { $0.key != path && !$0.key.hasPrefix("\(path)/") }
    }
  }

  /// Whether a process that runs has opened the port.
  package func accepts(
    _ address: String, port: Int, timeout: Duration
  ) async throws(SystemFailure) -> Bool {
    let now = clock.now()
    return try locked { (state) throws(SystemFailure) in
      state.processes.contains { process in
        guard let opening = process.script.opensPort else { return false }
        return opening.port == port && !process.isOver(now) && !process.isStopped
          && process.start + opening.after <= now
      }
    }
  }
}
