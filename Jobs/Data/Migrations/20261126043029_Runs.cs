using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ReelBallers.Jobs.Data.Migrations
{
    /// <inheritdoc />
    public partial class Runs : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "runs",
                columns: table => new
                {
                    job_id = table.Column<Guid>(type: "uuid", nullable: false),
                    number = table.Column<int>(type: "integer", nullable: false),
                    endpoint_id = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    runpod_id = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: true),
                    hinted_runpod_id = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: true),
                    state = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false),
                    submitted_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    started_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    ended_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    execution_time_ms = table.Column<long>(type: "bigint", nullable: true),
                    delay_time_ms = table.Column<long>(type: "bigint", nullable: true),
                    cost_microdollars = table.Column<long>(type: "bigint", nullable: true),
                    worker_id = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_runs", x => new { x.job_id, x.number });
                    table.CheckConstraint("ck_runs_cost", "execution_time_ms >= 0 and delay_time_ms >= 0 and cost_microdollars >= 0");
                    table.CheckConstraint("ck_runs_number", "number > 0");
                    table.CheckConstraint("ck_runs_state", "state in ('submitting', 'unanswered', 'submitted', 'running', 'completed', 'failed', 'cancelled', 'timed_out', 'lost', 'superseded')");
                    table.ForeignKey(
                        name: "fk_runs_jobs",
                        column: x => x.job_id,
                        principalTable: "jobs",
                        principalColumn: "job_id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ux_runs_runpod_id",
                table: "runs",
                column: "runpod_id",
                unique: true);

            migrationBuilder.Sql(MoveRuns);

            migrationBuilder.DropIndex(
                name: "ux_jobs_runpod_id",
                table: "jobs");

            migrationBuilder.DropColumn(
                name: "hinted_runpod_id",
                table: "jobs");

            migrationBuilder.DropColumn(
                name: "runpod_endpoint_id",
                table: "jobs");

            migrationBuilder.DropColumn(
                name: "runpod_id",
                table: "jobs");

            migrationBuilder.DropColumn(
                name: "started_at",
                table: "jobs");

            migrationBuilder.DropColumn(
                name: "submitted_at",
                table: "jobs");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "runs");

            migrationBuilder.AddColumn<string>(
                name: "hinted_runpod_id",
                table: "jobs",
                type: "character varying(200)",
                maxLength: 200,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "runpod_endpoint_id",
                table: "jobs",
                type: "character varying(200)",
                maxLength: 200,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "runpod_id",
                table: "jobs",
                type: "character varying(200)",
                maxLength: 200,
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "started_at",
                table: "jobs",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "submitted_at",
                table: "jobs",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.CreateIndex(
                name: "ux_jobs_runpod_id",
                table: "jobs",
                column: "runpod_id",
                unique: true);
        }
    }
}
