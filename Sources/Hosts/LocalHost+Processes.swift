import CLinux
import Glibc

extension LocalHost {
  /// How often a process is looked at while its end is awaited.
  private static let pollInterval = Duration.milliseconds(10)

  /// The process that has this number now; nil if there is none.
  package func identity(of pid: Int32) -> ProcessIdentity? {
    guard let status = status(of: pid), let bootID else { return nil }
    return ProcessIdentity(pid: pid, startTicks: status.startTicks, bootID: bootID)
  }

  /// Whether the process runs. A child of this program that has ended is reaped.
  package func isAlive(_ identity: ProcessIdentity) -> Bool {
    guard let status = status(of: identity.pid), status.startTicks == identity.startTicks,
      bootID == identity.bootID
    else { return false }
    guard status.isOver else { return true }
    return status.parent == getpid() && waitpid(identity.pid, nil, WNOHANG) == 0
  }

  /// What /proc says of the process.
  package func state(of identity: ProcessIdentity) -> ProcessState {
    switch isStopped(identity) {
    case nil: .over
    case true?: .stopped
    case false?: .running
    }
  }

  /// Whether the process stands still after SIGSTOP; nil if it does not run.
  package func isStopped(_ identity: ProcessIdentity) -> Bool? {
    guard isAlive(identity), let status = status(of: identity.pid) else { return nil }
    return status.state == "T" || status.state == "t"
  }

  /// Sends a signal, never to a later process with the same number; false if the process is gone
  /// or belongs to somebody else.
  @discardableResult
  package func signal(_ identity: ProcessIdentity, _ signal: Int32) -> Bool {
    // The descriptor holds on to whichever process has the number now, so that the look at its
    // identity and the signal are about the same one.
    let descriptor = stoat_process_descriptor(identity.pid, 0)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    guard isAlive(identity) else { return false }
    return stoat_send_signal(descriptor, signal) == 0
  }

  /// Waits until all have ended, and returns those that still run after `timeout`.
  package func awaitExit(
    of identities: [ProcessIdentity], timeout: Duration
  ) async -> [ProcessIdentity] {
    let deadline = ContinuousClock.now + timeout
    var left = identities.filter { isAlive($0) }
    while !left.isEmpty && ContinuousClock.now < deadline {
      await pause(Self.pollInterval)
      left = left.filter { isAlive($0) }
    }
    return left
  }

  /// The command line of a process, or its name; for messages.
  package func commandLine(of pid: Int32) -> String {
    let bytes = readBytes("/proc/\(pid)/cmdline", limit: 4096) ?? []
    return Hosts.commandLine(bytes) ?? status(of: pid)?.name ?? "unknown"
  }

  /// Sleeps; a cancelled task goes on with its work, which has its own deadline.
  package func pause(_ duration: Duration) async {
    do {
      try await Task.sleep(for: duration)
    } catch {
      // Without this, a cancelled task would spin until its deadline.
      _ = await onOwnThread { usleep(useconds_t(max(0, duration / .microseconds(1)))) }
    }
  }

  func status(of pid: Int32) -> ProcessStatus? {
    readText("/proc/\(pid)/stat").flatMap { ProcessStatus(line: $0) }
  }

  var bootID: String? {
    readText("/proc/sys/kernel/random/boot_id").map { String($0.prefix { !$0.isWhitespace }) }
  }
}
