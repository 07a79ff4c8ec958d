using ReelBallers.ServiceDefaults;
using ReelBallers.TestKit;

namespace ReelBallers.Payments.Tests;

/// <summary>What an outage leaves in the log.</summary>
[Collection(StackCollection.Name)]
public sealed class LogTests(Stack stack)
{
    [Fact]
    public async Task A_database_outage_is_logged_in_a_few_lines_without_stack_traces_and_work_continues_after_it()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var gate = TcpGate.Open(database);
        using var payments = await ServiceProcess.StartAsync(
            "Payments", stack.Settings(new() { ["ConnectionStrings:paymentsdb"] = gate.ConnectionString(database) }));
        using var client = new HttpClient(new Http2Handler()) { BaseAddress = payments.Address };
        client.DefaultRequestHeaders.Add(InternalCredential.HeaderName, ServiceApp.Credential);
        client.DefaultRequestHeaders.Add(Caller.HeaderName, Guid.NewGuid().ToString());

        payments.Lines.Clear();
        gate.Close();
        await Eventually.IsTrueAsync(async () =>
        {
            using var answer = await client.GetAsync(new Uri("/api/topup/cs_test_1", UriKind.Relative));
            Assert.Equal(503, (int)answer.StatusCode);
            return payments.Lines.Any(line => line.Contains("The due events could not be read", StringComparison.Ordinal))
                && payments.Lines.Any(line => line.Contains("The due refunds could not be read", StringComparison.Ordinal));
        }, "a log that tells of the outage");
        var refused = gate.Refused;
        await Eventually.IsTrueAsync(() => Task.FromResult(gate.Refused >= refused + 6), "several more rounds of the loops");
        gate.Reopen();
        await Eventually.IsTrueAsync(
            () => Task.FromResult(payments.Lines.Any(line => line.Contains("Recovered: The due events", StringComparison.Ordinal))),
            "a log that tells of its end");

        using var found = await client.GetAsync(new Uri("/api/topup/cs_test_1", UriKind.Relative));
        Assert.Equal(404, (int)found.StatusCode);
        Assert.DoesNotContain(payments.Lines, line => line.StartsWith("      at ", StringComparison.Ordinal)
            || line.StartsWith("   at ", StringComparison.Ordinal));
        Assert.Single(payments.Lines, line => line.Contains("The due events could not be read", StringComparison.Ordinal)
            && !line.Contains("Recovered", StringComparison.Ordinal));
        Assert.DoesNotContain(payments.Lines, line => line.Contains(stack.Secret, StringComparison.Ordinal));
    }
}
