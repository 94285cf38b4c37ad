import ArgumentParser
import Environment
import Hosts
import Glibc
import Harness
import Systems

/// `stoat doctor`: what this machine supports, and how to get the rest.
struct Doctor: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say what this machine supports, and how to get the rest.")

  @Option(help: "A RabbitMQ of the generic-unix kind, instead of Debian's package.")
  var rabbitmqHome: String?

  func run() async throws {
    let findings = [machine(), rabbitMQ(), nodeProgram(), await loopback()]
    for finding in findings {
      Terminal.say("\(finding.isGood ? "ok      " : "missing ") \(finding.text)")
    }
    if !findings.allSatisfy(\.isGood) { throw ExitCode(ExitStatus.unavailable) }
  }

  private struct Finding {
    var isGood: Bool
    var text: String
  }

  private func machine() -> Finding {
    do throws(SystemFailure) {
      let facts = try ThisMachine.host.facts()
      return Finding(
        isGood: true, text: "this machine: \(facts.kernel), \(facts.processors) processors")
    } catch {
      return Finding(isGood: false, text: error.description)
    }
  }

  private func rabbitMQ() -> Finding {
    do throws(SystemFailure) {
      let found = try RabbitMQInstallation.find(home: rabbitmqHome, on: ThisMachine.host)
      return Finding(
        isGood: true, text: "RabbitMQ \(found.version) on Erlang \(found.erlangVersion)")
    } catch {
      return Finding(isGood: false, text: error.description)
    }
  }

  private func nodeProgram() -> Finding {
    do {
      return Finding(isGood: true, text: "stoat-node at \(try SystemArguments.nodeExecutable())")
    } catch let failure as CommandFailure {
      return Finding(isGood: false, text: failure.message)
    } catch {
      return Finding(isGood: false, text: "\(error)")
    }
  }

  /// Links between nodes use addresses all over 127.0.0.0/8.
  private func loopback() async -> Finding {
    do throws(SystemFailure) {
      try ThisMachine.host.claim("127.213.1.2", port: 0).release()
      return Finding(
        isGood: true, text: "addresses of 127.0.0.0/8 can be bound: links need no root")
    } catch {
      return Finding(isGood: false, text: error.description)
    }
  }
}
