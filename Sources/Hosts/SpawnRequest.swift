import CLinux
import Environment
import Glibc

/// A program to start, with everything that it inherits: nothing else gets through.
struct SpawnRequest {
  /// In which group of processes the new one starts.
  enum Group {
    /// A group of its own in this session: out of reach of the terminal's Ctrl-C.
    case ownGroup
    /// A session of its own: it survives this program and its terminal.
    case ownSession
  }

  var executable: String
  var arguments: [String]
  var environment: [String: String]
  var workingDirectory: String?
  var group: Group
  /// What becomes descriptors 0, 1 and 2; all others are closed.
  var standardDescriptors: (input: Int32, output: Int32, error: Int32)

  /// Starts the program and returns its process id; the caller has to reap it.
  func spawn() throws(SystemFailure) -> Int32 {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    prepare(&actions)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    prepare(&attributes)
    let environment = environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    var pid: Int32 = 0
    let status = withCStrings([executable] + arguments) { arguments in
      withCStrings(environment) { environment in
        posix_spawn(&pid, executable, &actions, &attributes, arguments, environment)
      }
    }
    guard status == 0 else { throw failure(status) }
    return pid
  }

  private func prepare(_ actions: inout posix_spawn_file_actions_t) {
    // Sources may be 0, 1 or 2 themselves only if this program runs without them; then they were
    // opened as such and the order below could overwrite one. Callers pass descriptors above 2.
    posix_spawn_file_actions_adddup2(&actions, standardDescriptors.input, 0)
    posix_spawn_file_actions_adddup2(&actions, standardDescriptors.output, 1)
    posix_spawn_file_actions_adddup2(&actions, standardDescriptors.error, 2)
    _ = stoat_spawn_close_from(&actions, 3)
    if let workingDirectory { _ = stoat_spawn_change_directory(&actions, workingDirectory) }
  }

  private func prepare(_ attributes: inout posix_spawnattr_t) {
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    // What this program ignores (SIGPIPE, SIGINT) would stay ignored in the new one.
    var ignored = sigset_t()
    sigemptyset(&ignored)
    for signal in [SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGTERM, SIGCHLD, SIGUSR1, SIGUSR2] {
      sigaddset(&ignored, signal)
    }
    posix_spawnattr_setsigdefault(&attributes, &ignored)
    var flags = Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETSIGDEF)
    switch group {
    case .ownGroup: flags |= Int16(POSIX_SPAWN_SETPGROUP)
    case .ownSession: flags |= stoat_spawn_own_session
    }
    posix_spawnattr_setflags(&attributes, flags)
  }

  private func failure(_ status: Int32) -> SystemFailure {
    let place = workingDirectory.map { " in \($0)" } ?? ""
    return SystemFailure(
      status == ENOENT ? .unavailable : .failed,
      "could not start \(executable)\(place): \(systemMessage(status)). "
        + "Check that the program and the directory exist and may be used.")
  }
}

/// Calls `body` with `strings` as a null-terminated array of C strings.
private func withCStrings<Value>(
  _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Value
) -> Value {
  let copies = strings.map { strdup($0) }
  defer { copies.forEach { free($0) } }
  return body(copies + [nil])
}
