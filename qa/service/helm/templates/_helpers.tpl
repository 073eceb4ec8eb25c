{{- define "quoth.labels" -}}
app.kubernetes.io/name: quoth
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "quoth.name" -}}
{{- ternary .Release.Name (printf "%s-quoth" .Release.Name) (contains "quoth" .Release.Name) | trunc 52 | trimSuffix "-" }}
{{- end }}

{{- define "quoth.claim" -}}
{{- .Values.persistence.existingClaim | default (include "quoth.name" .) }}
{{- end }}

{{- define "quoth.check" -}}
{{- if and (gt (int .Values.replicas) 1) .Values.persistence.enabled }}
{{- fail "replicas is above 1, and a data file is served by one pod alone: name a PostgreSQL in QUOTH_STORE (settingsSecret) and set persistence.enabled=false." }}
{{- end }}
{{- if not (or .Values.persistence.enabled .Values.settingsSecret (hasKey .Values.settings "QUOTH_STORE")) }}
{{- fail "persistence.enabled is false and no QUOTH_STORE is named: the index would be lost with the pod. Name a PostgreSQL in settings or settingsSecret, or enable persistence." }}
{{- end }}
{{- end }}

{{- define "quoth.image" -}}
"{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}"
{{- end }}

{{- define "quoth.environment" -}}
{{- with .Values.settings -}}
env:
  {{- range $name, $value := . }}
  - {name: {{ $name }}, value: {{ $value | quote }}}
  {{- end }}
{{- end }}
{{- with .Values.settingsSecret }}
envFrom:
  - secretRef: {name: {{ . }}}
{{- end }}
{{- end }}

{{- define "quoth.confined" -}}
resources: {{- toYaml .Values.resources | nindent 2 }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: {drop: [ALL]}
volumeMounts:
  - {name: data, mountPath: /data}
  - {name: tmp, mountPath: /tmp}
{{- end }}
