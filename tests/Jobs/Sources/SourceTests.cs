using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace ReelBallers.Jobs.Tests;

/// <summary>The price rests on what Storage has measured of the source: 30 seconds.</summary>
public sealed class SourceTests(JobsStack stack) : IClassFixture<JobsStack>, IDisposable
{
    public void Dispose() => stack.Heal();

    [Theory]
    [InlineData(null)]
    [InlineData("30")]
    [InlineData("29.2")]
    public async Task The_duration_may_be_left_out_or_be_right(string? seconds)
    {
        var user = await stack.UserAsync();
        using var response = await user.PostAsync("/api/jobs", user.Job(seconds: Seconds(seconds)));
        var accepted = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal((HttpStatusCode.Accepted, 5), (response.StatusCode, accepted.GetProperty("cost_cents").GetInt64()));
    }

    [Theory]
    [InlineData("1")]
    [InlineData("29")]
    [InlineData("30.001")]
    [InlineData("7200")]
    public async Task A_wrong_duration_is_answered_with_the_price_and_charges_nothing(string seconds)
    {
        var user = await stack.UserAsync();
        using var response = await user.PostAsync("/api/jobs", user.Job(seconds: Seconds(seconds)), "key");
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(
            (HttpStatusCode.Conflict, "price_changed", 5, 30),
            (response.StatusCode, problem.GetProperty("code").GetString(), problem.GetProperty("cost_cents").GetInt64(),
                problem.GetProperty("duration_s").GetDouble()));
        Assert.Equal((100, 0), await user.BalanceAsync());
        // The source is not kept for a job that does not exist.
        Assert.Equal(
            0, await stack.StorageDatabase.ScalarAsync<long>($"select count(*) from file_uses where user_id = '{user.UserId}'"));
    }

    [Fact]
    public async Task A_quote_rests_on_the_source_and_before_the_upload_on_the_stated_duration()
    {
        var user = await stack.UserAsync();
        Assert.Equal(5, await QuotedAsync(user, user.SourceKey, null));
        Assert.Equal(5, await QuotedAsync(user, user.SourceKey, 60));
        Assert.Equal(10, await QuotedAsync(user, "later", 60));
        using var unknown = await user.PostAsync(
            "/api/jobs/quote", new { type = "framing", @params = new { source_key = "later" } });
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
    }

    [Fact]
    public async Task A_quote_is_unavailable_while_storage_is()
    {
        var user = await stack.UserAsync();
        stack.StorageGate.Close();
        using var quote = await user.PostAsync("/api/jobs/quote", user.Job());
        Assert.Equal(HttpStatusCode.ServiceUnavailable, quote.StatusCode);
    }

    [Fact]
    public async Task The_price_table_has_the_percentages()
    {
        using var anonymous = stack.App.CreateClient();
        var table = await anonymous.GetFromJsonAsync<JsonElement>("/api/pricing");
        Assert.Equal(100, table.GetProperty("resolution_percent").GetProperty("2160p").GetInt64());
        Assert.Equal(200, table.GetProperty("source_resolution_percent").GetProperty("4320p").GetInt64());
        Assert.Equal(150, table.GetProperty("frame_rate_percent").GetProperty("120").GetInt64());
    }

    private static decimal? Seconds(string? text) =>
        text is null ? null : decimal.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    private static async Task<long> QuotedAsync(JobUser user, string key, decimal? seconds)
    {
        using var quote = await user.PostAsync(
            "/api/jobs/quote", new { type = "framing", @params = new { source_key = key, duration_s = seconds } });
        Assert.Equal(HttpStatusCode.OK, quote.StatusCode);
        return (await quote.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("cost_cents").GetInt64();
    }
}
