using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace ReelBallers.Jobs.Tests;

/// <summary>Invalid paths and query parameters.</summary>
public class RequestTargetTests(JobsStack stack) : IClassFixture<JobsStack>
{
    [Theory]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=101", "limit")]
    [InlineData("limit=", "limit")]
    [InlineData("limit=x", "limit")]
    [InlineData("limit=%2B5", "limit")]
    [InlineData("limit=-5", "limit")]
    [InlineData("limit=%205", "limit")]
    [InlineData("limit=5%20", "limit")]
    [InlineData("limit=5%00", "limit")]
    [InlineData("limit=0x5", "limit")]
    [InlineData("limit=5.0", "limit")]
    [InlineData("limit=%D9%A5", "limit")]
    [InlineData("limit=1&limit=2", "limit")]
    [InlineData("limit=99999999999999999999", "limit")]
    [InlineData("cursor=", "cursor")]
    [InlineData("cursor=!", "cursor")]
    [InlineData("cursor=AAAA", "cursor")]
    [InlineData("cursor=%00", "cursor")]
    [InlineData("cursor=a%00b", "cursor")]
    [InlineData("cursor=%FF%FE", "cursor")]
    [InlineData("cursor=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "cursor")]
    [InlineData("cursor=__________________________________________", "cursor")]
    [InlineData("cursor=f_________________________________________", "cursor")]
    [InlineData("cursor=gAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "cursor")]
    [InlineData("status=", "status")]
    [InlineData("status=nonsense", "status")]
    [InlineData("status=Queued", "status")]
    [InlineData("status=queued%00", "status")]
    [InlineData("status=queued&status=running", "status")]
    [InlineData("limit=%2B5&cursor=!&status=x", "cursor limit status")]
    public async Task A_list_is_rejected_for_these_parameters(string query, string fields)
    {
        var user = await stack.UserAsync(0);
        using var response = await user.Client.GetAsync($"/api/jobs?{query}");
        await IsRejectedAsync(response, fields);
    }

    [Fact]
    public async Task A_cursor_with_additional_or_missing_characters_is_rejected()
    {
        var user = await stack.UserAsync();
        await user.CreateAsync();
        await user.CreateAsync();
        var page = await user.Client.GetFromJsonAsync<JsonElement>("/api/jobs?limit=1");
        var cursor = page.GetProperty("next_cursor").GetString()!;
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(cursor));
        string[] invalid = [$"{cursor}%20", $"%20{cursor}", $"{cursor}=", $"{cursor}A", cursor[1..], $"{cursor[..8]}%0A{cursor[8..]}"];
        foreach (var changed in invalid)
        {
            Assert.Equal((changed, HttpStatusCode.BadRequest), (changed, await StatusAsync(changed)));
        }

        async Task<HttpStatusCode> StatusAsync(string text)
        {
            using var response = await user.Client.GetAsync($"/api/jobs?cursor={text}");
            return response.StatusCode;
        }
    }

    [Fact]
    public async Task An_id_that_is_not_a_UUID_is_404()
    {
        var user = await stack.UserAsync();
        var id = await user.CreateAsync();
        string[] ids =
        [
            "abc", "0", "%20", "a%01b", "%F0%9F%98%80", "%FF", $"{id:N}", $"{id:B}", $"%20{id}", $"{id}%20", $"{id}0",
            "+x1234567-1234-1234-1234-123456789012", "0x123456-1234-1234-1234-123456789012", new string('a', 3000), "quote%2Fx",
        ];
        foreach (var text in ids)
        {
            string[] paths = [$"/api/jobs/{text}", $"/api/status/{text}", $"/api/jobs/{text}/events", $"/api/download/{text}"];
            foreach (var path in paths)
            {
                using var response = await user.Client.GetAsync(path);
                await IsJobNotFoundAsync(path, response);
            }
            using var cancel = await user.PostAsync($"/api/jobs/{text}/cancel", new { });
            await IsJobNotFoundAsync($"cancel {text}", cancel);
            using var callback = await user.PostTextAsync($"/api/runpod/webhook/{text}?token=x", "no json");
            await IsJobNotFoundAsync($"callback {text}", callback);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("true")]
    [InlineData("11")]
    [InlineData("%201")]
    [InlineData("1%00")]
    [InlineData("1&redirect=1")]
    public async Task A_download_is_rejected_for_a_redirect_other_than_1(string redirect)
    {
        var user = await stack.UserAsync();
        var jobId = await user.CreateAsync();
        using var response = await user.Client.GetAsync($"/api/download/{jobId}?redirect={redirect}");
        await IsRejectedAsync(response, "redirect");
    }

    [Fact]
    public async Task A_conflict_names_the_status_of_the_job()
    {
        var user = await stack.UserAsync();
        var jobId = await user.CreateAsync();
        using var download = await user.Client.GetAsync($"/api/download/{jobId}");
        IsProblem("job_not_completed", "queued", await download.Content.ReadAsStringAsync());
        (await stack.SubmittedAsync(jobId)).Status = "FAILED";
        await user.EndsAsync(jobId, "failed");
        using var cancel = await user.PostAsync($"/api/jobs/{jobId}/cancel", new { });
        IsProblem("job_not_cancellable", "failed", await cancel.Content.ReadAsStringAsync());
    }

    private static void IsProblem(string code, string jobStatus, string text)
    {
        var members = JsonDocument.Parse(text).RootElement.EnumerateObject().ToList();
        Assert.Equal(members.Count, members.Select(member => member.Name).Distinct().Count());
        var problem = JsonDocument.Parse(text).RootElement;
        Assert.Equal(
            (code, 409, jobStatus),
            (problem.GetProperty("code").GetString(), problem.GetProperty("status").GetInt32(),
                problem.GetProperty("job_status").GetString()));
    }

    private static async Task IsRejectedAsync(HttpResponseMessage response, string fields)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.BadRequest, $"{(int)response.StatusCode} {text}");
        var problem = JsonDocument.Parse(text).RootElement;
        Assert.Equal("invalid_request", problem.GetProperty("code").GetString());
        var names = problem.GetProperty("errors").EnumerateObject().Select(error => error.Name).Order(StringComparer.Ordinal);
        Assert.Equal(fields, string.Join(' ', names));
    }

    private static async Task IsJobNotFoundAsync(string what, HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.Equal(
            (what, HttpStatusCode.NotFound, "application/problem+json"),
            (what, response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        Assert.Equal((what, "job_not_found"), (what, JsonDocument.Parse(text).RootElement.GetProperty("code").GetString()));
    }
}
