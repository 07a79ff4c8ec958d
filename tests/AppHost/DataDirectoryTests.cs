namespace ReelBallers.AppHost.Tests;

public sealed class DataDirectoryTests : TemporaryData
{
    [Fact]
    public void A_kept_parameter_is_made_once_and_again_after_a_reset()
    {
        using (var first = DataDirectory.Open(Data, reset: false))
        {
            Assert.Equal("one", first.KeptParameter("name", () => "one"));
            Assert.Equal("one", first.KeptParameter("name", () => "two"));
            Assert.Equal("other", first.KeptParameter("another", () => "other"));
        }
        using (var second = DataDirectory.Open(Data, reset: false))
        {
            Assert.Equal("one", second.KeptParameter("name", () => "two"));
        }
        using var third = DataDirectory.Open(Data, reset: true);
        Assert.Equal("two", third.KeptParameter("name", () => "two"));
    }

    [Fact]
    public void Secrets_are_readable_by_their_owner_only()
    {
        using var data = DataDirectory.Open(Data, reset: false);
        data.KeptParameter("name", () => "value");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(Data, "parameters.json")));
    }

    [Fact]
    public void A_second_one_is_rejected_until_the_first_has_ended()
    {
        using (DataDirectory.Open(Data, reset: false))
        {
            var error = Assert.Throws<Aspire.Hosting.DistributedApplicationException>(() => DataDirectory.Open(Data, reset: true));
            Assert.Contains($"process {Environment.ProcessId}", error.Message, StringComparison.Ordinal);
        }
        DataDirectory.Open(Data, reset: false).Dispose();
    }

    [Fact]
    public void The_pause_before_a_restart_doubles_to_ten_seconds_and_starts_over_after_a_long_run()
    {
        var backoff = new Backoff();
        var pauses = Enumerable.Range(0, 8).Select(_ => backoff.After(TimeSpan.FromSeconds(1)).TotalSeconds).ToList();
        Assert.Equal([0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 10, 10], pauses);
        Assert.Equal(0.2, backoff.After(TimeSpan.FromSeconds(30)).TotalSeconds);
        Assert.Equal(0.4, backoff.After(TimeSpan.FromSeconds(1)).TotalSeconds);
    }
}
