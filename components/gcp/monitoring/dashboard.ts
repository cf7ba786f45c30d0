import { queries, type Subjects } from "./queries.ts";

/** Lines of one chart, by what their legend says. */
type Lines = Record<string, string>;

interface Chart {
  title: string;
  lines: Lines;
  /** In the notation of the Unified Code for Units of Measure. Default: a plain number. */
  unit?: string;
  /** A line that should not be crossed. */
  limit?: { value: number; label: string };
}

/** A share of one, as per cent. */
const PERCENT = "10^2.%";

const COLUMNS = 48;
const PER_ROW = 3;
const WIDTH = COLUMNS / PER_ROW;
const HEIGHT = 16;

/** The dashboard, in Cloud Monitoring's JSON: https://cloud.google.com/monitoring/api/ref_v3/rest/v1/projects.dashboards. */
export function dashboard(displayName: string, subjects: Subjects) {
  return {
    displayName,
    mosaicLayout: {
      columns: COLUMNS,
      tiles: charts(subjects).map((chart, index) => ({ ...place(index), widget: widget(chart) })),
    },
  };
}

function charts(subjects: Subjects): Chart[] {
  const all = queries(subjects);
  return [
    { title: "Requests per second, by model", lines: { "${labels.requested_model}": all.requests } },
    { title: "Latency of requests", unit: "s", lines: all.latency },
    { title: "Latency that LiteLLM adds", unit: "s", lines: all.overhead },
    {
      title: "Failures by class, per second",
      lines: { "${labels.exception_class} ${labels.exception_status}": all.failures },
    },
    { title: "Requests that fail", unit: PERCENT, lines: { failed: all.failedShare } },
    {
      title: "State of model deployments (0 healthy, 1 partly, 2 out)",
      lines: { "${labels.litellm_model_name} (${labels.api_provider})": all.deploymentState },
    },
    { title: "Spend per key and day, in US dollars", lines: { "${labels.api_key_alias}": all.spend } },
    {
      title: "Budget used, per key",
      unit: PERCENT,
      lines: { "${labels.api_key_alias}": all.budgetUsed },
      limit: { value: 1, label: "used up" },
    },
    { title: "Replicas", lines: { ready: all.readyReplicas, wanted: all.wantedReplicas } },
    {
      title: "Connections to PostgreSQL",
      lines: { connections: all.connections },
      limit: { value: subjects.maxConnections, label: "limit" },
    },
    { title: "PostgreSQL's CPU and disk", unit: PERCENT, lines: { CPU: all.cpu, disk: all.disk } },
    { title: "Errors in LiteLLM's logs, per second", lines: { errors: all.loggedErrors } },
  ];
}

function widget({ title, lines, unit, limit }: Chart) {
  return {
    title,
    xyChart: {
      dataSets: Object.entries(lines).map(([legendTemplate, prometheusQuery]) => ({
        timeSeriesQuery: { prometheusQuery, ...(unit !== undefined && { unitOverride: unit }) },
        plotType: "LINE",
        legendTemplate,
      })),
      ...(limit && { thresholds: [limit] }),
    },
  };
}

/** Where a tile is. Google Cloud leaves out a position of 0 when it is asked, which then looked like a change. */
function place(index: number) {
  const xPos = (index % PER_ROW) * WIDTH;
  const yPos = Math.floor(index / PER_ROW) * HEIGHT;
  return { ...(xPos > 0 && { xPos }), ...(yPos > 0 && { yPos }), width: WIDTH, height: HEIGHT };
}
