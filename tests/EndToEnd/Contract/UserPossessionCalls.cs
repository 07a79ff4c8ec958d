using System.Net.Http.Json;
using System.Text.Json;
using ReelBallers.TestKit;

namespace ReelBallers.EndToEnd.Tests.Contract;

/// <summary>The operations of operators about payments, jobs and files of a user.</summary>
internal static class UserPossessionCalls
{
    /// <param name="client">Its session is an admin's.</param>
    /// <param name="uid">A user.</param>
    /// <param name="jobId">A job of the user's that has completed.</param>
    /// <param name="runningId">A job of the user's that has not ended.</param>
    /// <param name="paymentId">A payment of the user's.</param>
    public static async Task MakeAsync(ContractClient client, string uid, string jobId, string runningId, string paymentId)
    {
        var payments = await AllAsync(client, uid, "payments");
        var paid = payments.Single(payment => payment.GetProperty("payment_id").GetString() == paymentId);
        var jobs = await AllAsync(client, uid, "jobs");
        var completed = jobs.Single(job => job.GetProperty("job_id").GetString() == jobId);
        Assert.Equal("completed", completed.GetProperty("runs")[0].GetProperty("state").GetString());
        Assert.Contains(await AllAsync(client, uid, "files"), file => file.GetProperty("status").GetString() == "kept");
        foreach (var id in new[] { paymentId, paid.GetProperty("session_id").GetString() })
        {
            var found = (await client.GetAsync($"/api/admin/users?payment={id}")).GetProperty("users");
            Assert.Equal(uid, found[0].GetProperty("uid").GetString());
        }

        var reason = new { reason = "test" };
        await OperatorCalls.ActAsync(client, HttpMethod.Post, $"/api/admin/jobs/{runningId}/cancel", reason);
        await Eventually.IsTrueAsync(
            async () => (await client.GetAsync($"/api/admin/users/{uid}/jobs?limit=1")).GetProperty("jobs")[0].GetProperty("status")
                .GetString() == "cancelled",
            "the job is cancelled");
        var rejected = new[] { ("cancel", jobId, "job_not_cancellable"), ("retry", jobId, "job_not_retryable") };
        foreach (var (act, job, code) in rejected)
        {
            var answer = await client.SendAsync(
                HttpMethod.Post, $"/api/admin/jobs/{job}/{act}", JsonContent.Create(reason),
                ("Idempotency-Key", $"{Guid.NewGuid()}"));
            Assert.Equal((409, code), (
                answer.Status, JsonSerializer.Deserialize<JsonElement>(answer.Body).GetProperty("service_code").GetString()));
        }
        await OperatorCalls.ActAsync(client, HttpMethod.Post, $"/api/admin/jobs/{runningId}/retry", reason);
    }

    private static async Task<List<JsonElement>> AllAsync(ContractClient client, string uid, string what)
    {
        var (all, cursor) = (new List<JsonElement>(), "");
        do
        {
            var page = await client.GetAsync($"/api/admin/users/{uid}/{what}?limit=2{cursor}");
            all.AddRange(page.GetProperty(what).EnumerateArray());
            var next = page.GetProperty("next_cursor").GetString();
            cursor = next is null ? "" : $"&cursor={next}";
        }
        while (cursor.Length > 0);
        return all;
    }
}
