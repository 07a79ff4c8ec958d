using System.Net;
using System.Text.Json;
using ReelBallers.TestKit;

namespace ReelBallers.EndToEnd.Tests;

/// <summary>A user who leaves: exports the data, deletes the account, and is gone everywhere.</summary>
[Collection(nameof(Stack))]
public sealed class AccountEndTests(Stack stack)
{
    [Fact]
    public async Task A_user_exports_everything_and_leaves_nothing_but_the_numbers()
    {
        using var user = await User.ArriveAsync(stack);
        await user.TopupAsync(500);
        var job = await user.ExportAsync(await user.UploadClipAsync(320, 180, seconds: 1));
        Assert.Equal("completed", (await user.FollowAsync(job))[^1].GetProperty("status").GetString());
        var link = (await user.GetAsync($"/api/download/{job}")).GetProperty("url").GetString()!;
        var left = await user.BalanceAsync();

        var export = await user.GetAsync("/api/account/export");

        Assert.True(export.GetProperty("complete").GetBoolean());
        Assert.Equal(job, export.GetProperty("jobs")[0].GetProperty("job_id").GetString());
        Assert.Equal("paid", export.GetProperty("purchases")[0].GetProperty("status").GetString());
        Assert.Equal(2, export.GetProperty("ledger").GetArrayLength());
        Assert.Equal(1, export.GetProperty("uploads").GetArrayLength());
        Assert.Equal(1, export.GetProperty("downloads").GetArrayLength());
        Assert.Equal(0, export.GetProperty("sessions").GetArrayLength());
        using (var warned = await user.SendAsync(HttpMethod.Delete, "/api/account"))
        {
            Assert.Equal(HttpStatusCode.Conflict, warned.StatusCode);
            Assert.Contains($"{left} credits", await warned.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
        using (var deleted = await user.SendAsync(HttpMethod.Delete, $"/api/account?forfeit_cents={left}"))
        {
            Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        }

        using var rejected = await user.SendAsync(HttpMethod.Get, "/api/me");
        Assert.Equal(HttpStatusCode.Unauthorized, rejected.StatusCode);
        using var admin = await User.ArriveAsync(stack);
        admin.Use(await stack.AdminTokenAsync());
        var view = await Eventually.BecomesAsync(
            () => admin.GetAsync($"/api/admin/users/{user.Uid}"),
            view => view.GetProperty("wallet") is var wallet && wallet.GetProperty("frozen").GetBoolean()
                && wallet.GetProperty("balance_cents").GetInt64() == 0,
            "the credits are forfeited");
        Assert.Equal(JsonValueKind.String, view.GetProperty("user").GetProperty("deleted_at").ValueKind);
        var ledger = await admin.GetAsync($"/api/admin/users/{user.Uid}/ledger");
        Assert.Equal("forfeiture", ledger.GetProperty("entries")[0].GetProperty("reason").GetString());
        using var browser = new HttpClient();
        await Eventually.IsTrueAsync(
            async () =>
            {
                using var file = await browser.GetAsync(new Uri(link));
                return file.StatusCode == HttpStatusCode.NotFound;
            },
            "the files are removed");
    }
}
