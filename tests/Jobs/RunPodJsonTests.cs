using System.Text.Json;

namespace ReelBallers.Jobs.Tests;

public class RunPodJsonTests
{
    [Theory]
    [InlineData("""{"status":"IN_QUEUE"}""", "Waiting { }")]
    [InlineData("""{"status":"SOMETHING_NEW"}""", "Waiting { }")]
    [InlineData("""{}""", "Waiting { }")]
    [InlineData("""[]""", "Waiting { }")]
    [InlineData("""{"status":"IN_PROGRESS"}""", "Running { Progress =  }")]
    [InlineData("""{"status":"IN_PROGRESS","output":{"progress":41.9}}""", "Running { Progress = 41 }")]
    [InlineData("""{"status":"IN_PROGRESS","output":{"progress":1e999}}""", "Running { Progress =  }")]
    [InlineData("""{"status":"IN_PROGRESS","output":{"progress":-3}}""", "Running { Progress = 0 }")]
    [InlineData("""{"status":"IN_PROGRESS","output":{"progress":"half"}}""", "Running { Progress =  }")]
    [InlineData("""{"status":"IN_PROGRESS","output":"half"}""", "Running { Progress =  }")]
    [InlineData("""{"status":"COMPLETED","output":{}}""", "Completed { }")]
    [InlineData("""{"status":"CANCELLED"}""", "Cancelled { }")]
    [InlineData("""{"status":"TIMED_OUT"}""", "TimedOut { }")]
    [InlineData("""{"status":"FAILED"}""", "Failed { Reason = The worker failed. }")]
    [InlineData("""{"status":"FAILED","error":"no audio"}""", "Failed { Reason = no audio }")]
    [InlineData("""{"status":"FAILED","error":"\ud800"}""", "Failed { Reason = The worker failed. }")]
    [InlineData("""{"status":"FAILED","error":"{\"error_message\":\"boom\",\"error_traceback\":\"secret\"}"}""", "Failed { Reason = boom }")]
    [InlineData("""{"status":"FAILED","error":"GET https://r2/x?X-Amz-Signature=abc failed\u0000"}""", "Failed { Reason = GET (url) failed }")]
    public void A_status_object_is_read_whatever_is_in_it(string json, string expected) =>
        Assert.Equal(expected, RunPodJson.Status(JsonDocument.Parse(json).RootElement).ToString());
}
