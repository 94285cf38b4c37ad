import Glibc
import Relays

/// Runs a relay until it is told to end; returns the exit code.
func runRelay(_ options: Invocation.Relay) -> Int32 {
  signal(SIGPIPE, SIG_IGN)
  signal(SIGHUP, SIG_IGN)
  raiseDescriptorLimit()
  do throws(RelayError) {
    let configuration = RelayEngine.Configuration(
      controlPath: options.controlPath, maxLifetime: .seconds(options.lifetimeSeconds),
      stopDescriptor: try StopSignals.descriptor())
    let engine = try RelayEngine(configuration) { report("relay: \($0)") }
    report("relay: process \(getpid()) takes commands at \(options.controlPath)")
    engine.run()
    report("relay: ended")
    return ExitCode.success
  } catch {
    report("stoat-node relay: \(error.message)")
    return ExitCode.failure
  }
}

/// Two descriptors a connection and one a link: take as many as the system allows without root.
private func raiseDescriptorLimit() {
  var limit = rlimit()
  guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
  limit.rlim_cur = limit.rlim_max
  setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
}
