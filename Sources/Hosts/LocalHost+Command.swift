import CLinux
package import Environment
import Glibc

extension LocalHost {
  /// Runs a command to its end, at most for `timeout`; then it and its process group are killed,
  /// which is a result and not an error. Throws only if it could not be started.
  package func run(
    _ command: Command, timeout: Duration
  ) async throws(SystemFailure) -> CommandResult {
    let deadline = ContinuousClock.now + timeout
    let result = await onOwnThread { () -> Result<CommandResult, SystemFailure> in
      do throws(SystemFailure) {
        var running = try RunningCommand(command)
        return .success(running.finish(by: deadline))
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }
}

/// A command between its start and its end, on one thread.
private struct RunningCommand {
  private let pid: Int32
  private let processDescriptor: Int32
  private var input: Int32
  private var output: OutputPipe
  private var errors: OutputPipe
  private var unsent: ArraySlice<UInt8>

  init(_ command: Command) throws(SystemFailure) {
    let input = try Pipe()
    let output = try Pipe()
    let errors = try Pipe()
    defer { [input.readEnd, output.writeEnd, errors.writeEnd].forEach { close($0) } }
    let request = SpawnRequest(
      executable: command.executable, arguments: command.arguments,
      environment: command.environment, workingDirectory: command.workingDirectory,
      group: .ownGroup,
      standardDescriptors: (input.readEnd, output.writeEnd, errors.writeEnd))
    do {
      pid = try request.spawn()
    } catch {
      [input.writeEnd, output.readEnd, errors.readEnd].forEach { close($0) }
      throw error
    }
    processDescriptor = stoat_process_descriptor(pid, 0)
    self.input = input.writeEnd
    self.output = OutputPipe(output.readEnd, limit: command.outputLimit)
    self.errors = OutputPipe(errors.readEnd, limit: command.outputLimit)
    unsent = command.input[...]
    for end in [input.writeEnd, output.readEnd, errors.readEnd] {
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
    }
  }

  /// Feeds and drains the command until it has ended; it is reaped afterwards.
  mutating func finish(by deadline: ContinuousClock.Instant) -> CommandResult {
    var isOver = false
    while !isOver {
      let left = deadline - .now
      guard left > .zero else { break }
      isOver = step(milliseconds: left)
    }
    // A grandchild may hold the pipes open for ever; what the command itself wrote is in them.
    if !isOver { kill(-pid, SIGKILL) }
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
    output.drain()
    errors.drain()
    [input, output.descriptor, errors.descriptor, processDescriptor].forEach { end in
      if end >= 0 { close(end) }
    }
    return CommandResult(
      ending: isOver ? ending(status) : .timedOut, output: output.text, errors: errors.text)
  }

  /// Waits for something to happen; true once the process has ended.
  private mutating func step(milliseconds left: Duration) -> Bool {
    send()
    var polled = [
      pollfd(fd: processDescriptor, events: Int16(POLLIN), revents: 0),
      pollfd(fd: input, events: Int16(POLLOUT), revents: 0),
      pollfd(fd: output.descriptor, events: Int16(POLLIN), revents: 0),
      pollfd(fd: errors.descriptor, events: Int16(POLLIN), revents: 0),
    ]
    // Without a descriptor for the process (an old kernel) its end is looked for every 20 ms.
    let bound = processDescriptor < 0 ? 20 : 60_000
    let time = min(left / .milliseconds(1), Double(bound))
    poll(&polled, nfds_t(polled.count), Int32(time) + 1)
    if polled[2].revents != 0 { output.drain() }
    if polled[3].revents != 0 { errors.drain() }
    if processDescriptor >= 0 { return polled[0].revents != 0 }
    return hasEnded
  }

  private var hasEnded: Bool {
    var information = siginfo_t()
    let found = waitid(P_PID, id_t(pid), &information, WEXITED | WNOHANG | WNOWAIT)
    return found != 0 || information.si_signo != 0
  }

  private mutating func send() {
    while input >= 0 && !unsent.isEmpty {
      let count = unsent.withUnsafeBytes { write(input, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      if count < 0 && errno == EAGAIN { return }
      if count < 0 { unsent = [] } else { unsent = unsent.dropFirst(count) }
    }
    if input >= 0 { close(input) }
    input = -1
  }

  private func ending(_ status: Int32) -> CommandResult.Ending {
    let signal = status & 0x7F
    return signal == 0 ? .exited(status >> 8 & 0xFF) : .signalled(signal)
  }
}

/// Two ends of a new pipe that no other process inherits.
private struct Pipe {
  let readEnd: Int32
  let writeEnd: Int32

  init() throws(SystemFailure) {
    var ends: [Int32] = [-1, -1]
    guard stoat_pipe(&ends, O_CLOEXEC) == 0 else {
      throw SystemFailure(
        .failed, "could not make a pipe: \(systemMessage()). Raise the limit of open files.")
    }
    (readEnd, writeEnd) = (ends[0], ends[1])
  }
}

/// One output of a command, kept up to a limit.
private struct OutputPipe {
  private(set) var descriptor: Int32
  private var bytes: [UInt8] = []
  private let limit: Int

  init(_ descriptor: Int32, limit: Int) {
    self.descriptor = descriptor
    self.limit = limit
  }

  var text: String { String(decoding: bytes, as: UTF8.self) }

  /// Takes what is there now, at most 1 MB, so that the deadline is looked at in between.
  mutating func drain() {
    let size = 65_536
    for _ in 0..<16 where descriptor >= 0 {
      var count = 0
      let chunk = [UInt8](unsafeUninitializedCapacity: size) { room, filled in
        count = read(descriptor, room.baseAddress, size)
        filled = max(0, count)
      }
      if count < 0 && errno == EINTR { continue }
      if count < 0 && errno == EAGAIN { return }
      if count <= 0 {
        close(descriptor)
        descriptor = -1
      }
      bytes += chunk.prefix(limit - bytes.count)
    }
  }
}
