import Operations
import Testing

@testable import Systems

/// What the harness finds in a node's log, and when the node wrote it.
@Suite struct RabbitMQLogTests {
  private static let log = """
    2026-12-01 13:27:18.123456+00:00 [info] <0.222.0> Feature flags: list of feature flags found
    2026-12-01 13:27:19.000001+01:00 [error] <0.1.0>   crasher:
    2026-12-01 13:27:19.000001+01:00 [error] <0.1.0>     initial call: rabbit_reader:init/3
    not a line of ours with CRASH REPORT in it
    2026-12-01 13:27:20.500000-05:30 [error] <0.9.0> Partial partition detected:
    2026-12-01 13:27:21.000000+00:00 [warning] <0.9.0> Global hang workaround: forcing sync
    2026-12-01 13:27:22.000000+00:00 [error] <0.9.0> Mnesia: inconsistent_database, running
    """

  private static func found(limit: Int, characters: Int) -> [LogLine] {
    LogPattern.matches(
      of: LogPattern.rabbitMQ, in: Array(log.utf8), limit: limit, characters: characters,
      time: { RabbitMQLogTime.unixNanoseconds(of: $0) })
  }

  @Test func linesOfTroubleAreFoundWithTheirTime() {
    let found = Self.found(limit: 50, characters: 300)
    #expect(
      found.map(\.pattern) == [
        "crash-report", "crash-report", "partition", "global-hang", "inconsistent-database",
      ])
    // date -u -d '2026-12-01 13:27:19 +01:00' +%s
    #expect(
      found.map(\.unixNanoseconds) == [
        1_796_128_039_000_001_000, nil, 1_796_151_440_500_000_000, 1_796_131_641_000_000_000,
        1_796_131_642_000_000_000,
      ])
    #expect(found.first?.line == "2026-12-01 13:27:19.000001+01:00 [error] <0.1.0>   crasher:")
  }

  @Test func linesAreBoundedInNumberAndLength() {
    let found = Self.found(limit: 1, characters: 20)
    #expect(found.count(where: { $0.pattern == "crash-report" }) == 1)
    #expect(found.allSatisfy { $0.line.count == 20 && $0.unixNanoseconds != nil })
  }

  @Test(arguments: [
    ("1970-01-01 00:00:00.000000+00:00 x", 0), ("1969-12-31 23:59:59.999999+00:00", -1_000),
    ("2000-02-29 00:00:00.000000+00:00 ", 951_782_400_000_000_000),
    ("2000-03-01 00:00:00.000000+00:00 ", 951_868_800_000_000_000),
    ("2100-03-01 00:00:00.000000+00:00 ", 4_107_542_400_000_000_000),
    ("2024-12-31 23:59:60.000001-00:30 ", 1_735_691_400_000_001_000),
  ]) func timesAreThoseOfTheCalendar(line: String, time: Int64) {
    #expect(RabbitMQLogTime.unixNanoseconds(of: line[...]) == time)
  }

  @Test(arguments: [
    "", "2026-12-01 13:27:18.123456 [error]", "2026-13-01 13:27:18.123456+00:00",
    "2026-12-00 13:27:18.123456+00:00", "2026-12-01 24:27:18.123456+00:00",
    "2026-12-01 13:60:18.123456+00:00", "2026-12-01 13:27:18.12345 +00:00",
    "2026-12-01T13:27:18.123456+00:00", "2026-12-01 13:27:18.123456*00:00",
    "9999-12-01 13:27:18.123456+00:00", " 2026-12-01 13:27:18.123456+00:00",
  ]) func otherBeginningsHaveNoTime(line: String) {
    #expect(RabbitMQLogTime.unixNanoseconds(of: line[...]) == nil)
  }
}
