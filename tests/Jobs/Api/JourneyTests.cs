using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ReelBallers.ServiceDefaults;
using ReelBallers.TestKit;

namespace ReelBallers.Jobs.Tests;

public class JourneyTests(JobsStack stack) : IClassFixture<JobsStack>
{
    [Fact]
    public async Task A_job_is_paid_by_a_hold_run_settled_and_downloaded()
    {
        using var browser = new HttpClient();
        var user = await stack.UserAsync();
        using var created = await user.PostAsync("/api/jobs", new
        {
            project_id = "p1",
            type = "framing",
            @params = new
            {
                source_key = user.SourceKey,
                duration_s = 29.2m,
                crop_keyframes = new[] { new { time = 0, x = 1, y = 2, width = 640, height = 360 } },
                target_resolution = "720p",
            },
            cost_cents = 5,
        });
        var accepted = await created.Content.ReadFromJsonAsync<JsonElement>();
        var jobId = accepted.GetProperty("job_id").GetGuid();
        Assert.Equal(HttpStatusCode.Accepted, created.StatusCode);
        Assert.Equal($"/api/jobs/{jobId}", created.Headers.Location!.ToString());
        Assert.Equal((5, 95), (accepted.GetProperty("cost_cents").GetInt64(), accepted.GetProperty("balance_cents").GetInt64()));
        Assert.Equal((95, 5), await user.BalanceAsync());

        var work = await stack.SubmittedAsync(jobId);
        Assert.Equal("Bearer rp_test", work.Authorization);
        Assert.Equal($"https://app.test/api/runpod/webhook/{jobId}", work.Webhook.GetLeftPart(UriPartial.Path));
        Assert.Equal("framing", work.Input.GetProperty("type").GetString());
        Assert.Equal(stack.Source, await browser.GetByteArrayAsync(work.Input.GetProperty("source_url").GetString()));
        Assert.Equal($"{user.UserId}/output/{jobId}/1.mp4", work.Input.GetProperty("output_key").GetString());
        Assert.Equal("reelballers-videos", work.Input.GetProperty("output_bucket").GetString());
        Assert.Equal("720p", work.Input.GetProperty("target_resolution").GetString());
        Assert.Equal(30, work.Input.GetProperty("max_duration_s").GetInt32());
        Assert.Equal(640, work.Input.GetProperty("crop_keyframes")[0].GetProperty("width").GetDouble());
        Assert.Equal((600 + 300) * 1000, work.Request.GetProperty("policy").GetProperty("executionTimeout").GetInt64());
        Assert.True(work.Request.GetProperty("policy").GetProperty("ttl").GetInt64() >= 10_000);

        (work.Status, work.Output) = ("IN_PROGRESS", new { progress = 37 });
        var running = await Eventually.BecomesAsync(
            () => user.GetAsync(jobId), job => job.GetProperty("progress").GetInt32() == 37, "progress is shown");
        Assert.Equal("running", running.GetProperty("status").GetString());
        Assert.Equal(JsonValueKind.Null, running.GetProperty("output").ValueKind);
        using (var early = await user.Client.GetAsync($"/api/download/{jobId}"))
        {
            Assert.Equal(HttpStatusCode.Conflict, early.StatusCode);
        }

        await work.PutOutputAsync();
        (work.Status, work.Output) = ("COMPLETED", new { ok = true });
        using (var callback = await stack.CallBackAsync(work))
        {
            Assert.Equal(HttpStatusCode.OK, callback.StatusCode);
        }
        var done = await user.EndsAsync(jobId, "completed");
        Assert.Equal(100, done.GetProperty("progress").GetInt32());
        Assert.Equal($"{user.UserId}/output/{jobId}/1.mp4", done.GetProperty("output").GetProperty("key").GetString());
        Assert.Equal(ScriptedJob.OutputBytes, done.GetProperty("output").GetProperty("size_bytes").GetInt64());
        Assert.Equal([100, -5], await user.StatementAsync());
        Assert.Equal(done.GetRawText(), (await user.Client.GetFromJsonAsync<JsonElement>($"/api/status/{jobId}")).GetRawText());

        var link = await user.Client.GetFromJsonAsync<JsonElement>($"/api/download/{jobId}");
        Assert.Equal(ScriptedJob.OutputBytes, (await browser.GetByteArrayAsync(link.GetProperty("url").GetString())).Length);
        Assert.EndsWith(".mp4", link.GetProperty("filename").GetString(), StringComparison.Ordinal);
        using var again = new HttpRequestMessage(HttpMethod.Get, $"/api/download/{jobId}?redirect=1")
        {
            Version = user.Client.DefaultRequestVersion,
            VersionPolicy = user.Client.DefaultVersionPolicy,
            Headers = { { CallerAddress.HeaderName, "203.0.113.7" } },
        };
        using var redirect = await user.Client.SendAsync(again);
        Assert.Equal(HttpStatusCode.Redirect, redirect.StatusCode);
        Assert.Equal(new Uri(link.GetProperty("url").GetString()!).AbsolutePath, redirect.Headers.Location!.AbsolutePath);
        Assert.Equal(",203.0.113.7", await stack.StorageDatabase.ScalarAsync<string>(
            $"select string_agg(client_address, ',' order by first_at) from downloads where user_id = '{user.UserId}'"));
        Assert.Equal(0, await stack.JobsDatabase.ScalarAsync<long>($"select count(*) from intents where job_id = '{jobId}'"));
    }

    [Theory]
    [InlineData("", "framing", 5)]
    [InlineData(""","overlay_layers":[]""", "framing", 5)]
    [InlineData(""","overlay_layers":[{"type":"box","x":0,"y":0,"width":10,"height":10}]""", "overlay", 8)]
    [InlineData(""","upscale_model":"real-esrgan","overlay_layers":[{"type":"text","x":0,"y":0,"text":"hi"}]""", "upscale", 30)]
    public async Task The_type_of_an_export_follows_from_its_fields(string more, string type, long cost)
    {
        var user = await stack.UserAsync();
        var json = $$"""{"source_key":"{{user.SourceKey}}","duration_s":30,"target_resolution":"1080p"{{more}}}""";
        using var response = await user.PostTextAsync("/api/export", json);
        var accepted = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(cost, accepted.GetProperty("cost_cents").GetInt64());
        var job = await user.GetAsync(accepted.GetProperty("job_id").GetGuid());
        Assert.Equal((type, "export"), (job.GetProperty("type").GetString(), job.GetProperty("project_id").GetString()));
    }

    [Fact]
    public async Task The_price_table_and_a_quote_show_what_is_charged()
    {
        var user = await stack.UserAsync(0);
        using var anonymous = stack.App.CreateClient();
        var table = await anonymous.GetFromJsonAsync<JsonElement>("/api/pricing");
        Assert.Equal(30, table.GetProperty("base_cents").GetProperty("upscale").GetInt64());
        Assert.Equal(30, table.GetProperty("unit_seconds").GetInt32());
        using var quote = await user.PostAsync(
            "/api/jobs/quote", new { type = "upscale", @params = new { source_key = "k", duration_s = 30.01m } });
        Assert.Equal("""{"type":"upscale","cost_cents":31}""", await quote.Content.ReadAsStringAsync());
        Assert.Equal(
            ["HAT-L", "RIFE", "Real-ESRGAN", "SwinIR-L"],
            table.GetProperty("models").EnumerateArray().Select(model => model.GetProperty("name").GetString()));
    }

    [Theory]
    [InlineData("HAT-L", "HAT-L")]
    [InlineData("hat-l", "HAT-L")]
    [InlineData("REAL-ESRGAN", "Real-ESRGAN")]
    public async Task A_model_is_named_in_upper_or_lower_case_and_reaches_the_worker_as_in_the_catalogue(string asked, string sent)
    {
        var user = await stack.UserAsync();
        using var response = await user.PostAsync("/api/export", new
        {
            source_key = user.SourceKey,
            duration_s = 30,
            upscale_model = asked,
            target_resolution = "1080p",
        });
        var job = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(30, job.GetProperty("cost_cents").GetInt64());
        var work = await stack.SubmittedAsync(job.GetProperty("job_id").GetGuid());
        Assert.Equal(sent, work.Input.GetProperty("upscale_model").GetString());
    }

    [Theory]
    [InlineData(null, 30)]
    [InlineData(59.94, 30)]
    [InlineData(120.0, 45)]
    public async Task The_frame_rate_that_is_asked_for_has_its_price_and_reaches_the_worker(double? rate, long cents)
    {
        var user = await stack.UserAsync();
        var work = new { source_key = user.SourceKey, upscale_model = "rife", target_fps = rate, target_resolution = "1080p" };
        using var quoted = await user.PostAsync("/api/jobs/quote", new { type = "upscale", @params = work });
        var quote = await quoted.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(cents, quote.GetProperty("cost_cents").GetInt64());
        using var response = await user.PostAsync("/api/export", work);
        var job = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(cents, job.GetProperty("cost_cents").GetInt64());
        var sent = await stack.SubmittedAsync(job.GetProperty("job_id").GetGuid());
        var fps = sent.Input.TryGetProperty("target_fps", out var member) && member.ValueKind == JsonValueKind.Number
            ? member.GetDouble() : (double?)null;
        Assert.Equal(rate, fps);
    }

    [Fact]
    public async Task A_stale_price_is_rejected_with_the_current_one()
    {
        var user = await stack.UserAsync();
        using var response = await user.PostAsync("/api/jobs", new
        {
            project_id = "p",
            type = "framing",
            @params = new { source_key = user.SourceKey, duration_s = 30 },
            cost_cents = 4,
        });
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(
            (HttpStatusCode.Conflict, "price_changed", 5),
            (response.StatusCode, problem.GetProperty("code").GetString(), problem.GetProperty("cost_cents").GetInt64()));
        await NothingHappenedAsync(user, 100);
    }

    [Fact]
    public async Task Insufficient_funds_are_402_and_leave_no_job()
    {
        var user = await stack.UserAsync(4);
        using var response = await user.PostAsync("/api/jobs", user.Job());
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(HttpStatusCode.PaymentRequired, response.StatusCode);
        Assert.Equal("Insufficient funds", problem.GetProperty("error").GetString());
        Assert.Equal((4, 5), (problem.GetProperty("balance_cents").GetInt64(), problem.GetProperty("required_cents").GetInt64()));
        await NothingHappenedAsync(user, 4);
    }

    [Fact]
    public async Task A_source_that_is_not_an_upload_of_the_caller_is_404()
    {
        var user = await stack.UserAsync();
        var other = await stack.UserAsync();
        foreach (var key in new[] { other.SourceKey, $"{user.UserId}/input/none.mp4", "nonsense" })
        {
            using var response = await user.PostAsync(
                "/api/jobs", new { project_id = "p", type = "framing", @params = new { source_key = key, duration_s = 30 } });
            Assert.Equal((HttpStatusCode.NotFound, "source_not_found"), (response.StatusCode, await CodeAsync(response)));
        }
        await NothingHappenedAsync(user, 100);
    }

    [Fact]
    public async Task Concurrent_and_repeated_requests_with_one_key_make_one_job_and_one_hold()
    {
        var user = await stack.UserAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(async _ =>
        {
            using var response = await user.PostAsync("/api/jobs", user.Job(), "key-1");
            return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(), response.Headers.Location?.ToString());
        }));
        Assert.Single(answers.Distinct());
        using (var again = await user.PostAsync("/api/jobs", user.Job(), "key-1"))
        {
            Assert.Equal("true", again.Headers.GetValues("Idempotency-Replayed").Single());
        }
        using (var reused = await user.PostAsync("/api/jobs", user.Job("track"), "key-1"))
        {
            Assert.Equal((HttpStatusCode.Conflict, "idempotency_key_reused"), (reused.StatusCode, await CodeAsync(reused)));
        }
        Assert.Equal((95, 5), await user.BalanceAsync());
        Assert.Equal(1, (await user.Client.GetFromJsonAsync<JsonElement>("/api/jobs")).GetProperty("jobs").GetArrayLength());
    }

    [Fact]
    public async Task The_database_rejects_a_change_of_a_final_job()
    {
        var user = await stack.UserAsync();
        var jobId = await user.CreateAsync();
        (await stack.SubmittedAsync(jobId)).Status = "FAILED";
        await user.EndsAsync(jobId, "failed");
        string[] changes =
        [
            "status = 'running'", "outcome = 'completed'", "outcome = null", "refunded_cents = 0",
            "status = 'completed', outcome = 'completed'",
        ];
        foreach (var change in changes)
        {
            await Assert.ThrowsAsync<Npgsql.PostgresException>(
                () => stack.JobsDatabase.ExecuteAsync($"update jobs set {change} where job_id = '{jobId}'"));
        }
    }

    [Fact]
    public async Task A_job_of_another_user_is_404()
    {
        var owner = await stack.UserAsync();
        var other = await stack.UserAsync();
        var jobId = await owner.CreateAsync();
        foreach (var path in new[] { $"/api/jobs/{jobId}", $"/api/status/{jobId}", $"/api/jobs/{jobId}/events", $"/api/download/{jobId}" })
        {
            using var response = await other.Client.GetAsync(path);
            Assert.Equal((path, HttpStatusCode.NotFound), (path, response.StatusCode));
            Assert.Equal("job_not_found", await CodeAsync(response));
        }
        using (var cancel = await other.PostAsync($"/api/jobs/{jobId}/cancel", new { }))
        {
            Assert.Equal(HttpStatusCode.NotFound, cancel.StatusCode);
        }
        Assert.Equal(0, (await other.Client.GetFromJsonAsync<JsonElement>("/api/jobs")).GetProperty("jobs").GetArrayLength());
    }

    [Fact]
    public async Task An_anonymous_caller_sees_only_prices()
    {
        using var anonymous = stack.App.CreateClient();
        var id = Guid.NewGuid();
        foreach (var path in new[] { "/api/jobs", $"/api/jobs/{id}", $"/api/download/{id}", $"/api/jobs/{id}/events" })
        {
            using var response = await anonymous.GetAsync(path);
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        }
    }

    [Fact]
    public async Task A_list_is_newest_first_and_its_pages_neither_skip_nor_repeat()
    {
        var user = await stack.UserAsync();
        var created = new List<Guid>();
        for (var i = 0; i < 5; i++)
        {
            created.Add(await user.CreateAsync());
        }
        var seen = new List<Guid>();
        string? cursor = null;
        do
        {
            var page = await user.Client.GetFromJsonAsync<JsonElement>($"/api/jobs?limit=2{(cursor is null ? "" : $"&cursor={cursor}")}");
            seen.AddRange(page.GetProperty("jobs").EnumerateArray().Select(job => job.GetProperty("job_id").GetGuid()));
            cursor = page.GetProperty("next_cursor").GetString();
            // A job created meanwhile is not part of the following pages.
            await user.CreateAsync();
        }
        while (cursor is not null);
        Assert.Equal(Enumerable.Reverse(created), seen);
    }

    [Fact]
    public async Task A_list_can_be_filtered_by_status()
    {
        var user = await stack.UserAsync();
        var cancelled = await user.CreateAsync();
        using (await user.PostAsync($"/api/jobs/{cancelled}/cancel", new { }))
        {
        }
        await user.BecomesAsync(cancelled, "cancelled");
        await user.CreateAsync();
        var page = await user.Client.GetFromJsonAsync<JsonElement>("/api/jobs?status=cancelled");
        Assert.Equal(cancelled, Assert.Single(page.GetProperty("jobs").EnumerateArray().ToList()).GetProperty("job_id").GetGuid());
    }

    private static async Task<string?> CodeAsync(HttpResponseMessage response) =>
        (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString();

    private static async Task NothingHappenedAsync(JobUser user, long balance)
    {
        Assert.Equal((balance, 0), await user.BalanceAsync());
        Assert.Single(await user.StatementAsync());
        Assert.Equal(0, (await user.Client.GetFromJsonAsync<JsonElement>("/api/jobs")).GetProperty("jobs").GetArrayLength());
    }
}
