import Hosts
import Glibc
import Harness
import Operations
import Store
import TestSupport
import Testing

/// The main job on a real RabbitMQ, as a user runs it.
@Suite(.serialized) struct CompareClusterTests {
  private let scratch: ScratchDirectory
  private let host = LocalHost()

  init() throws {
    scratch = try ScratchDirectory()
  }

  private var runsDirectory: String { scratch.file("runs") }

  /// The directory of the only run.
  private func run() throws -> RunDirectory {
    let names = host.directoryEntries(runsDirectory)
    try #require(names.count == 1, "\(names)")
    return RunDirectory(existing: "\(runsDirectory)/\(names[0])")
  }

  /// What marks the processes of the run.
  private func token(of run: RunDirectory) throws -> String {
    let first = try #require(try JournalFile.read(run.undo).lines.first)
    let parts = first.split(separator: "\"").map(String.init)
    return try #require(parts.last { $0.hasPrefix("stoat-") })
  }

  private func expectNothingLeft(_ run: RunDirectory) throws {
    #expect(host.processes(marked: try token(of: run)) == [])
  }

  @Test func mirroredLosesQuorumDoesNot() async throws {
    let result = try await StoatProgram.run(
      [
        "compare", "--schedule", "losing", "--seed", "1", "--runs-directory", runsDirectory,
        "--expect", "control:valid mirrored:lost>0 mirrored:invalid quorum:valid quorum:lost=0",
      ], timeout: .seconds(500))
    #expect(result.ending == .exited(0), "\(result.output)\(result.errors)")
    #expect(result.output.contains("Reproduce: stoat compare --schedule losing --seed 1"))
    let run = try run()
    let plan = try await StoatProgram.run(["plan", "--schedule", "losing", "--seed", "1"]).output
    #expect(String(decoding: try SmallFile.read(run.plan), as: UTF8.self) + "\n" == plan)
    let faults = try JournalFile.read(run.faults).lines
    #expect(faults.count { $0.contains("\"proved\"") } == 4, "\(faults)")
    let (_, ending) = try HistoryFile.open(run.history).readAll()
    #expect(ending.isComplete)
    try expectNothingLeft(run)
    // What was stored gives the same report, and the same verdict when it is checked again.
    let again = try await StoatProgram.run(["report", run.path])
    #expect(again.output.contains("mirrored: invalid, quorum: valid)"), "\(again.output)")
    let page = String(decoding: try SmallFile.read(run.page), as: UTF8.self)
    #expect(page.contains("<figcaption>mirrored</figcaption>") && page.contains("never received"))
    let made = try await StoatProgram.run(["report", run.path, "--format", "html"])
    #expect(made.output.contains("<figcaption>mirrored</figcaption>"), "\(made.errors)")
    let junit = String(decoding: try SmallFile.read(run.junit), as: UTF8.self)
    #expect(junit.contains("<failure type=\"violated\""))
    let checked = try await StoatProgram.run(["check", run.path])
    #expect(checked.ending == .exited(1), "\(checked.output)\(checked.errors)")
  }

  @Test func aControllerKilledInMidPartitionIsHealed() async throws {
    let output = scratch.file("output")
    let stoat = try StoatProgram.start(
      ["compare", "--no-control", "--runs-directory", runsDirectory], in: scratch.path,
      output: output)
    let isCut = await eventually(within: .seconds(240)) {
      host.readText(output)?.contains("faults: isolate n1") == true || !host.isAlive(stoat)
    }
    #expect(isCut && host.isAlive(stoat), "\(host.readText(output) ?? "")")
    // What is older than 100 ms is on disk; the cut is told at once.
    await host.pause(.seconds(1))
    host.signal(stoat, SIGKILL)
    #expect(try await host.awaitExit(stoat, timeout: .seconds(20)))
    let run = try run()
    // The nodes and the relay with its cut are still there, and the history is readable.
    #expect(host.processes(marked: try token(of: run)).count >= 5)
    let (history, ending) = try HistoryFile.open(run.history).readAll()
    #expect(!ending.isComplete)
    #expect(history.events.contains { $0.event.isIsolation })

    let healed = try await StoatProgram.run(["heal", "--runs-directory", runsDirectory])
    #expect(healed.ending == .exited(0), "\(healed.output)\(healed.errors)")
    #expect(healed.output.contains("restored all links"), "\(healed.output)")
    try expectNothingLeft(run)
    let twice = try await StoatProgram.run(["heal", run.path])
    #expect(twice.output == "nothing to undo in 1 run directories\n")
    let checked = try await StoatProgram.run(["check", run.path])
    #expect(checked.ending == .exited(65), "\(checked.output)\(checked.errors)")
  }

  @Test func ctrlCLeavesNothing() async throws {
    let output = scratch.file("output")
    let stoat = try StoatProgram.start(
      [
        "compare", "--nodes", "1", "--kinds", "plain", "--schedule", "none", "--no-control",
        "--load", "5m", "--runs-directory", "runs",
      ], in: scratch.path, output: output)
    let runs = await eventually(within: .seconds(120)) {
      host.readText(output)?.contains("none load") == true || !host.isAlive(stoat)
    }
    #expect(runs && host.isAlive(stoat), "\(host.readText(output) ?? "")")
    host.signal(stoat, SIGINT)
    #expect(try await host.awaitExit(stoat, timeout: .seconds(60)))
    #expect(host.readText(output)?.contains("interrupted") == true)
    try expectNothingLeft(run())
  }

  /// The controller may write no file beyond 10 kB: to it the disk is full.
  @Test func aFullDiskMakesTheRunUnknownAndKeepsIt() async throws {
    let output = scratch.file("output")
    let stoat = try StoatProgram.start(
      [
        "compare", "--nodes", "1", "--kinds", "plain,quorum", "--schedule", "none", "--no-control",
        "--load", "6s", "--runs-directory", runsDirectory, "--expect", "run:unknown",
      ], in: scratch.path, output: output)
    let boots = await eventually(within: .seconds(120)) {
      host.readText(output)?.contains("none load") == true || !host.isAlive(stoat)
    }
    #expect(boots)
    let limited = try await host.run(
      Command("/usr/bin/prlimit", ["--pid", "\(stoat.pid)", "--fsize=10000"]), timeout: .seconds(9))
    #expect(limited.succeeded, "\(limited.errors)")
    #expect(try await host.awaitExit(stoat, timeout: .seconds(120)))
    let text = host.readText(output) ?? ""
    #expect(text.contains("met: run:unknown"), "\(text)")
    // The report wraps its lines, where depends on the length of the paths in them.
    let words = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(words.contains("File too large"), "\(text)")
    #expect(host.directoryEntries(try run().path).contains("history.stoat"))
    try expectNothingLeft(run())
  }
}

extension Event {
  fileprivate var isIsolation: Bool {
    if case .fault(let fault) = self { fault.name == "isolate" } else { false }
  }
}
